#pragma once
#include <stddef.h>

// The task files of the demonstration, notebooks-data/tasks, as the compiler found them.
struct demo_task {
    const char *_Nonnull name;  // of the file, without .jsonl
    const unsigned char *_Nonnull bytes;
    size_t count;
};

// The task at a place from 0 on; its count is 0 behind the last.
struct demo_task demo_task(size_t place);
