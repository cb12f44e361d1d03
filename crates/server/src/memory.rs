//! Giving memory back to the system. The allocator itself is chosen in `main.rs`.

/// Has the allocator give back what this thread has freed and keeps for later. It takes milliseconds
/// after a crowd.
#[allow(unsafe_code)]
pub(crate) fn give_back() {
    // SAFETY: `mi_collect` may be called by any thread at any time: it takes no pointer of ours, frees
    // nothing that is in use, and locks what threads share (mimalloc's documentation, "Extended
    // Functions"). Where mimalloc is not the allocator it finds nothing to do. Miri cannot run C;
    // `cargo xtask bench watchers` shows what it does.
    unsafe { libmimalloc_sys::mi_collect(true) }
}
