/* Plays a disk without room.
 *
 * Preloaded (LD_PRELOAD), it lets every call go through while BOXOFFICE_DISK_FULL names no file. While
 * there is one, no file under BOXOFFICE_DISK_DIR grows: what a write has room for within the file as
 * it is goes through, the rest is ENOSPC, as a file system without a free block has it. Growing a
 * file by ftruncate takes no blocks and stays possible.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>
#include <fcntl.h>
#include <stdio.h>

_Static_assert(sizeof(off_t) == 8 && sizeof(long) == 8, "64-bit Linux only");

/* How much of a write of `length` bytes at `offset` there is room for. */
static size_t room(int fd, size_t length, off_t offset) {
    const char *sign = getenv("BOXOFFICE_DISK_FULL"), *dir = getenv("BOXOFFICE_DISK_DIR");
    char link[64], path[PATH_MAX];
    struct stat about;
    if (!sign || !dir || syscall(SYS_faccessat, AT_FDCWD, sign, F_OK)) return length;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t known = readlink(link, path, sizeof path - 1);
    if (known < 0) return length;
    path[known] = 0;
    size_t prefix = strlen(dir);
    if (strncmp(path, dir, prefix) || path[prefix] != '/') return length;
    size_t left = offset < about.st_size ? (size_t)(about.st_size - offset) : 0;
    return left < length ? left : length;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    int error = errno;
    size_t fits = room(fd, length, offset);
    if (length && !fits) { errno = ENOSPC; return -1; }
    errno = error;
    return syscall(SYS_pwrite64, fd, bytes, fits, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    int error = errno;
    off_t offset = lseek(fd, 0, SEEK_CUR);
    size_t fits = offset < 0 ? length : room(fd, length, offset);
    if (length && !fits) { errno = ENOSPC; return -1; }
    errno = error;
    return syscall(SYS_write, fd, bytes, fits);
}

ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
