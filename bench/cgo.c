/* SPDX-License-Identifier: MIT */
/*
 * cgo.c - starts the cgo helper and has it time slices.
 *
 * The helper is a program of its own, so that no Go runtime, with its threads and signals, lives in
 * the process that times the ring. Between slices it sleeps in a read.
 */
#define _GNU_SOURCE
#include "bench/cgo.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/cgo_command.h"
#include "bench/fail.h"

extern char **environ;

struct cgo {
	int command_fd;
	int result_fd;
	pid_t helper;
};

struct cgo *cgo_open(const char *path)
{
	static struct cgo only;
	char *arguments[] = { (char *)(uintptr_t)path, NULL };
	posix_spawn_file_actions_t actions;
	int commands[2], results[2];

	if (pipe2(commands, O_CLOEXEC) || pipe2(results, O_CLOEXEC))
		fail_errno("pipes to the cgo helper");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, commands[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, results[1], STDOUT_FILENO);
	errno = posix_spawn(&only.helper, path, &actions, NULL, arguments, environ);
	if (errno)
		fail_errno("starting the cgo helper \"%s\"", path);
	posix_spawn_file_actions_destroy(&actions);
	close(commands[0]);
	close(results[1]);
	only.command_fd = commands[1];
	only.result_fd = results[0];
	return &only;
}

void cgo_close(struct cgo *cgo)
{
	int status;

	close(cgo->command_fd);
	close(cgo->result_fd);
	if (waitpid(cgo->helper, &status, 0) != cgo->helper || status)
		fail("the cgo helper did not end well");
}

double cgo_slice_ns(struct cgo *cgo, uint64_t warm_ns, uint64_t slice_ns)
{
	struct cgo_command command = { .warm_ns = warm_ns, .slice_ns = slice_ns };
	struct cgo_result result;

	fail_watch("the cgo calls");
	if (write(cgo->command_fd, &command, sizeof(command)) != sizeof(command) ||
	    read(cgo->result_fd, &result, sizeof(result)) != sizeof(result))
		fail("the cgo helper is gone");
	fail_unless_equal("cgo, number of wrong answers", result.wrong, 0);
	if (!result.calls)
		fail("the cgo helper made no call");
	return (double)result.elapsed_ns / (double)result.calls;
}
