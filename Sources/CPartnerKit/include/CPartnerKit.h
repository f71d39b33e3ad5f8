// SPDX-License-Identifier: EUPL-1.2
// Starting a program in a way that Swift cannot: with no descriptor of ours but the three that are meant for it.
#pragma once

#include <sys/types.h>

// The ends that stay here. All are non-blocking and closed on exec.
struct cpartnerkit_child {
    pid_t process;
    int input;
    int output;
    int diagnostics;
};

// Runs `/bin/sh -c command` as the leader of a process group of its own, with no signal blocked or ignored.
// Returns 0, or the number of the error, and then nothing runs and nothing is open.
int cpartnerkit_start(const char *command, struct cpartnerkit_child *child);

// How a process ended, from the status that waitpid gave: the exit code, or 128 and the signal's number, as the shell has it.
int cpartnerkit_exit_code(int status);

// Blocks SIGPIPE for the calling thread, so that writing to a reader that has gone is an error and not the end.
void cpartnerkit_block_sigpipe(void);
