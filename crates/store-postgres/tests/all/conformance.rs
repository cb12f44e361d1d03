//! The conformance suite on PostgreSQL, the system's and the newest. What only this store has is tested
//! beside it.

mod system {
    boxoffice_store::store_conformance!(crate::common::OnSystem);
}

mod newest {
    boxoffice_store::store_conformance!(crate::common::OnNewest);
}
