// SPDX-License-Identifier: EUPL-1.2
#define _GNU_SOURCE
#include "CPartnerKit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void close_all(int pipes[3][2]) {
    for (int index = 0; index < 3; index++) {
        for (int end = 0; end < 2; end++) {
            if (pipes[index][end] >= 0) { close(pipes[index][end]); }
        }
    }
}

static int spawn_shell(const char *command, int pipes[3][2], pid_t *process) {
    char *const arguments[] = {"sh", "-c", (char *)command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) { return failure; }
    failure = posix_spawnattr_init(&attributes);
    if (failure == 0) {
        short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        if ((failure = posix_spawn_file_actions_adddup2(&actions, pipes[0][0], STDIN_FILENO)) == 0
            && (failure = posix_spawn_file_actions_adddup2(&actions, pipes[1][1], STDOUT_FILENO)) == 0
            && (failure = posix_spawn_file_actions_adddup2(&actions, pipes[2][1], STDERR_FILENO)) == 0
            // Whatever else is open here is none of its business: the broker's sockets, the pipes of other programs.
            && (failure = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)) == 0
            && (failure = posix_spawnattr_setpgroup(&attributes, 0)) == 0
            && (failure = posix_spawnattr_setsigmask(&attributes, &none)) == 0
            && (failure = posix_spawnattr_setsigdefault(&attributes, &all)) == 0
            && (failure = posix_spawnattr_setflags(&attributes, flags)) == 0) {
            failure = posix_spawn(process, "/bin/sh", &actions, &attributes, arguments, environ);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

int cpartnerkit_start(const char *command, struct cpartnerkit_child *child) {
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    for (int index = 0; index < 3; index++) {
        if (pipe2(pipes[index], O_CLOEXEC) != 0) {
            int failure = errno;
            close_all(pipes);
            return failure;
        }
    }
    int failure = spawn_shell(command, pipes, &child->process);
    if (failure != 0) {
        close_all(pipes);
        return failure;
    }
    close(pipes[0][0]);
    close(pipes[1][1]);
    close(pipes[2][1]);
    child->input = pipes[0][1];
    child->output = pipes[1][0];
    child->diagnostics = pipes[2][0];
    // Our ends only: the flag belongs to the end of a pipe, and the child's are others.
    fcntl(child->input, F_SETFL, fcntl(child->input, F_GETFL) | O_NONBLOCK);
    fcntl(child->output, F_SETFL, fcntl(child->output, F_GETFL) | O_NONBLOCK);
    fcntl(child->diagnostics, F_SETFL, fcntl(child->diagnostics, F_GETFL) | O_NONBLOCK);
    return 0;
}

int cpartnerkit_exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

void cpartnerkit_block_sigpipe(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}
