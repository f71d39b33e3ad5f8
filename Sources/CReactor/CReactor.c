// SPDX-License-Identifier: EUPL-1.2
#include "CReactor.h"

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Thread_local const void *current_loop;

int creactor_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void creactor_eventfd_signal(int descriptor) {
    const uint64_t one = 1;
    const ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

void creactor_eventfd_clear(int descriptor) {
    uint64_t count;
    const ssize_t taken = read(descriptor, &count, sizeof count);
    (void)taken;
}

void creactor_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

void creactor_set_current_loop(const void *loop) { current_loop = loop; }

const void *creactor_current_loop(void) { return current_loop; }
