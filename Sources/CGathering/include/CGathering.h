#pragma once

#include <stdbool.h>
#include <stdint.h>

// Changes to an HDF5 file that are gathered in memory. The file stays as it is until they are brought into it: first what
// lies beyond its end, then a journal of the pages that change, then these pages. Whenever the process ends, the file is the
// old one, or can be made the new one from the journal.
typedef struct gathered_changes gathered_changes;

// Changes to a file that is open for reading; NULL where there is no memory.
gathered_changes *gathered_changes_of(int descriptor);

void gathered_changes_free(gathered_changes *changes);

// Has an access list (an `hid_t`) open files through the changes; negative where the HDF5 library refuses.
int gathered_changes_use(gathered_changes *changes, int64_t access);

// Each gives 0, or the number of the system's error.

// Writes what lies beyond the end of the file. The file is as it was for its readers.
int gathered_changes_append(gathered_changes *changes, int descriptor);
// Takes that back.
int gathered_changes_take_back(gathered_changes *changes, int descriptor);
// Writes the journal, which must not be there.
int gathered_changes_note(gathered_changes *changes, const char *journal);
// Writes the pages that change, and cuts the file to its new size.
int gathered_changes_apply(gathered_changes *changes, int descriptor);

// Does what a journal says; `is_whole` says whether it was one, which it is not when its writing was broken off.
int gathered_journal_apply(const char *journal, int descriptor, bool *is_whole);

// Copies a file that is open for reading into one that is open for writing and empty, in the kernel where it can.
int gathered_copy(int from, int to);
