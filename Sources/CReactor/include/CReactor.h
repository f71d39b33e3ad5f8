// SPDX-License-Identifier: EUPL-1.2
// What the Glibc module of Swift does not import: eventfd, poll's flags with one width, thread names, thread-local storage.
#pragma once

#include <poll.h>
#include <stdint.h>

// A non-blocking, close-on-exec eventfd, or -1 with errno.
int creactor_eventfd(void);

// Both are async-signal-safe; losing a wake-up to EAGAIN is harmless, because the counter is then already non-zero.
void creactor_eventfd_signal(int descriptor);
void creactor_eventfd_clear(int descriptor);

// The kernel keeps the first 15 bytes.
void creactor_name_thread(const char *name);

// Which loop the calling thread belongs to. pthread_create writes its result too late for the first job to compare with.
void creactor_set_current_loop(const void *loop);
const void *creactor_current_loop(void);
