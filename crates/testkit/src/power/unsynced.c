/* Remembers what a process wrote and what of it was synced, so that a test can take away the rest.
 *
 * Preloaded (LD_PRELOAD), it lets every call go through and appends a record to <file>.powerlog for
 * each file under BOXOFFICE_POWER_DIR:
 *
 *     kind (8 bytes), offset (8), length (8), then for a write its bytes; native byte order
 *     'W' write at offset | 'T' truncate to offset | 'S' synced: every record before byte `offset`
 *     'F' a sync failed: what was written before byte `offset` and not yet synced is given up
 *
 * A log begins with what the file held when it was first seen, as synced; until that is whole it has
 * another name, <file>.powerlog.<thread>.begun. Names (create, rename, unlink) count as durable at
 * once. Not seen, and so lost at a cut, which errs on the safe side:
 * writev, mmap, fallocate, duplicated descriptors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

_Static_assert(sizeof(off_t) == 8 && sizeof(long) == 8, "64-bit Linux only");

#define DESCRIPTORS 65536
static _Atomic int log_of[DESCRIPTORS]; /* by descriptor: its log's descriptor + 1; 0 is none */

/* A record that cannot be kept would make the test lie. */
static void or_die(int kept) {
    if (!kept) { perror("unsynced: the power log cannot be written"); abort(); }
}

/* One call a record: appends of several threads and processes do not mix. */
static void record(int log, uint64_t kind, uint64_t offset, const void *bytes, uint64_t length) {
    uint64_t head[3] = {kind, offset, length};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    or_die(writev(log, parts, 2) == (ssize_t)(sizeof head + length));
}

static int log_for(int fd) {
    return fd >= 0 && fd < DESCRIPTORS ? atomic_load(&log_of[fd]) - 1 : -1;
}

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && !strcmp(text + length - tail, end);
}

/* Whether `path`, which is absolute, is watched; its log's name goes to `name`. */
static int watched(const char *path, char name[PATH_MAX + 16]) {
    const char *dir = getenv("BOXOFFICE_POWER_DIR");
    size_t length = dir ? strlen(dir) : 0;
    if (!length || strncmp(path, dir, length) || path[length] != '/') return 0;
    if (ends_with(path, ".powerlog") || ends_with(path, ".begun") || ends_with(path, "-shm") || ends_with(path, " (deleted)")) return 0;
    snprintf(name, PATH_MAX + 16, "%s.powerlog", path);
    return 1;
}

/* Everything that the file holds, as synced: by its own descriptor where that can be read, because
 * closing another one would drop the locks that the process has on the file. */
static void base(int fd, int log, const char *path, int flags) {
    int from = (flags & O_ACCMODE) == O_WRONLY ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : fd;
    static __thread char bytes[1 << 16];
    uint64_t at = 0;
    for (ssize_t count; (count = pread(from, bytes, sizeof bytes, (off_t)at)) != 0; at += (uint64_t)count) {
        or_die(count > 0);
        record(log, 'W', at, bytes, (uint64_t)count);
    }
    if (from != fd) syscall(SYS_close, from);
    off_t mark = lseek(log, 0, SEEK_END);
    record(log, 'S', (uint64_t)mark, "", 0);
}

/* Begins the log `name`, whole or not at all: the process may be killed within. Whoever comes second
 * finds it there; nobody writes to the file before its log is. */
static void begin(int fd, const char *name, const char *path, int flags) {
    char begun[PATH_MAX + 64];
    snprintf(begun, sizeof begun, "%s.%ld.begun", name, syscall(SYS_gettid));
    int how = O_WRONLY | O_APPEND | O_CLOEXEC | O_CREAT | O_TRUNC;
    int log = (int)syscall(SYS_openat, AT_FDCWD, begun, how, 0600);
    or_die(log >= 0);
    base(fd, log, path, flags);
    or_die(!syscall(SYS_linkat, AT_FDCWD, begun, AT_FDCWD, name, 0) || errno == EEXIST);
    syscall(SYS_unlinkat, AT_FDCWD, begun, 0);
    syscall(SYS_close, log);
}

static void watch(int fd, int flags) {
    char link[64], path[PATH_MAX], name[PATH_MAX + 16];
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    if (!watched(path, name)) return;
    or_die(fd < DESCRIPTORS);
    int how = O_WRONLY | O_APPEND | O_CLOEXEC;
    int log = (int)syscall(SYS_openat, AT_FDCWD, name, how);
    if (log < 0) {
        begin(fd, name, path, flags);
        log = (int)syscall(SYS_openat, AT_FDCWD, name, how);
    }
    or_die(log >= 0);
    atomic_store(&log_of[fd], log + 1);
}

static int open_and_watch(int dir, const char *path, int flags, mode_t mode) {
    /* Truncated only once the log knows what was there. */
    int truncates = (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;
    int fd = (int)syscall(SYS_openat, dir, path, truncates ? flags & ~O_TRUNC : flags, mode);
    int error = errno;
    if (fd >= 0) {
        watch(fd, flags);
        if (truncates) ftruncate(fd, 0);
    }
    errno = error;
    return fd;
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_and_watch(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_and_watch(dir, path, flags, mode);
}

int close(int fd) {
    int log = fd >= 0 && fd < DESCRIPTORS ? atomic_exchange(&log_of[fd], 0) - 1 : -1;
    if (log >= 0) syscall(SYS_close, log);
    return (int)syscall(SYS_close, fd);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
    int log = log_for(fd), error = errno;
    if (written > 0 && log >= 0) record(log, 'W', (uint64_t)offset, bytes, (uint64_t)written);
    errno = error;
    return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    ssize_t written = syscall(SYS_write, fd, bytes, length);
    int log = log_for(fd), error = errno;
    if (written > 0 && log >= 0) {
        off_t behind = lseek(fd, 0, SEEK_CUR);
        record(log, 'W', (uint64_t)(behind - written), bytes, (uint64_t)written);
    }
    errno = error;
    return written;
}

int ftruncate(int fd, off_t length) {
    int done = (int)syscall(SYS_ftruncate, fd, length), log = log_for(fd), error = errno;
    if (!done && log >= 0) record(log, 'T', (uint64_t)length, "", 0);
    errno = error;
    return done;
}

/* What was recorded before the call began is durable behind it, and nothing that came meanwhile.
 *
 * While BOXOFFICE_POWER_SICK names a file, the disk takes nothing and every sync says so. What it was
 * to write is then forgotten, also by the next one that succeeds: so do file systems that take failed
 * pages for clean (https://lwn.net/Articles/752063/). */
static int sync_by(long call, int fd) {
    int log = log_for(fd);
    off_t mark = log >= 0 ? lseek(log, 0, SEEK_END) : 0;
    const char *sick = getenv("BOXOFFICE_POWER_SICK");
    if (log >= 0 && sick && !syscall(SYS_faccessat, AT_FDCWD, sick, F_OK)) {
        record(log, 'F', (uint64_t)mark, "", 0);
        errno = EIO;
        return -1;
    }
    int done = (int)syscall(call, fd), error = errno;
    if (!done && log >= 0) record(log, 'S', (uint64_t)mark, "", 0);
    errno = error;
    return done;
}

int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

int unlink(const char *path) {
    char real[PATH_MAX], name[PATH_MAX + 16];
    int log = realpath(path, real) && watched(real, name);
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0), error = errno;
    if (!done && log) syscall(SYS_unlinkat, AT_FDCWD, name, 0);
    errno = error;
    return done;
}

int rename(const char *from, const char *to) {
    char real[PATH_MAX], before[PATH_MAX + 16], after[PATH_MAX + 16];
    int log = realpath(from, real) && watched(real, before);
    int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), error = errno;
    if (!done && realpath(to, real) && watched(real, after)) {
        if (log) syscall(SYS_renameat2, AT_FDCWD, before, AT_FDCWD, after, 0);
        else syscall(SYS_unlinkat, AT_FDCWD, after, 0);
    } else if (!done && log) {
        syscall(SYS_unlinkat, AT_FDCWD, before, 0);
    }
    errno = error;
    return done;
}

int creat(const char *path, mode_t mode) { return open_and_watch(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));
int creat64(const char *, mode_t) __attribute__((alias("creat")));
ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));
