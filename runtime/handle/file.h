/* file.h - what the files of the handle room share about files. */
#ifndef ZERO_HANDLE_FILE_H
#define ZERO_HANDLE_FILE_H

#include <sys/stat.h>

/* The word for what a mode says a name is: "file", "directory", "link",
 * "fifo", "socket" or "device". */
const char *zero__file_word(mode_t mode);

#endif
