/* SPDX-License-Identifier: MIT */
/*
 * spawn.c - starting a worker.
 *
 * The worker gets the control socket as descriptor 3, /dev/null to read, and the host's standard
 * error for all that it writes; no other descriptor. It dies with the thread that started it,
 * which is the supervisor's and lives as long as the peer. SIGINT, which a terminal sends to host
 * and worker alike, is the host's to answer.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "internal.h"
#include "sys.h"

extern char **environ;

/* The child borrows our memory until it runs the worker, which spares a large host the copy of its
 * page tables. Not under the thread sanitizer, which would take the child for the thread. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define BORROW_FLAGS 0
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define BORROW_FLAGS 0
#endif
#ifndef BORROW_FLAGS
#define BORROW_FLAGS (CLONE_VM | CLONE_VFORK)
#endif

/* Everything that the child needs, made before it exists. */
struct plan {
	const char *path;
	char **arguments;
	char **environment;
	int cpu; /* or RC__CPU_ANY */
	int control_fd;
	int null_fd;
	int failed_fd; /* the errno of a failed execve, or nothing */
	pid_t parent;
};

/*
 * Runs in a child that shares our memory: system calls only, no return. As it never returns, the
 * address sanitizer would leave its marks of this frame on memory that is soon somebody else's.
 */
__attribute__((no_sanitize("address"))) static int run_child(void *argument)
{
	const struct plan *plan = argument;
	sigset_t none;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != plan->parent)
		_exit(127);
	dup2(plan->null_fd, STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (dup2(plan->control_fd, RC_CONTROL_FD) < 0)
		goto failed;
	syscall(SYS_close_range, RC_CONTROL_FD + 1, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */);
	signal(SIGINT, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	error = plan->cpu == RC__CPU_ANY ? 0 : rc__cpu_keep(plan->cpu);
	if (error) {
		errno = -error;
		goto failed;
	}
	execve(plan->path, plan->arguments, plan->environment);
failed:
	error = errno;
	if (write(plan->failed_fd, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

/*
 * As vfork() does, but the pidfd comes with the child: nobody can reap it before we have it.
 * Returns the pid, or a negative errno.
 */
static int start_child(struct plan *plan, int *pid_fd)
{
	enum {
		STACK_BYTES = 65536
	};
	unsigned char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	int pid;

	if (stack == MAP_FAILED)
		return -errno;
	pid = clone(run_child, stack + STACK_BYTES, BORROW_FLAGS | CLONE_PIDFD | SIGCHLD, plan,
		    pid_fd);
	if (pid < 0)
		pid = -errno;
	munmap(stack, STACK_BYTES);
	return pid;
}

/* environ and the variable by which a worker knows that it is one. Shares environ's strings. */
static char **make_environment(void)
{
	static char control[] = "RINGCALL_CONTROL_FD=3";
	size_t count = 0, used = 0;
	char **made;

	while (environ && environ[count])
		count++;
	made = malloc((count + 2) * sizeof(*made));
	if (!made)
		return NULL;
	for (size_t index = 0; index < count; index++)
		if (strncmp(environ[index], "RINGCALL_CONTROL_FD=", 20))
			made[used++] = environ[index];
	made[used++] = control;
	made[used] = NULL;
	return made;
}

/* A duplicate out of the way of the descriptors that the child sets. */
static int high_fd(int fd)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);

	return high < 0 ? -errno : high;
}

/* 0 when the child runs `path`, else the errno of its execve. */
static int read_failure(int fd)
{
	int error = 0;
	ssize_t bytes;

	do
		bytes = read(fd, &error, sizeof(error));
	while (bytes < 0 && errno == EINTR);
	return bytes == sizeof(error) ? -error : 0;
}

static int start(struct plan *plan, int *pid, int *pid_fd)
{
	int pipe_fds[2], status;

	*pid_fd = -1;
	if (pipe2(pipe_fds, O_CLOEXEC))
		return -errno;
	plan->failed_fd = high_fd(pipe_fds[1]);
	close(pipe_fds[1]);
	if (plan->failed_fd < 0) {
		close(pipe_fds[0]);
		return plan->failed_fd;
	}
	*pid = start_child(plan, pid_fd);
	close(plan->failed_fd);
	if (*pid < 0) {
		close(pipe_fds[0]);
		return *pid;
	}
	status = read_failure(pipe_fds[0]);
	close(pipe_fds[0]);
	if (status) {
		siginfo_t info;

		waitid(P_PIDFD, (id_t)*pid_fd, &info, WEXITED);
		close(*pid_fd);
		*pid_fd = -1;
	}
	return status;
}

int rc__spawn(const char *path, int cpu, int control_fd, int *pid, int *pid_fd)
{
	char *arguments[] = { (char *)(uintptr_t)path, NULL };
	struct plan plan = { .path = path, .arguments = arguments, .cpu = cpu, .parent = getpid() };
	int status = -ENOMEM;

	plan.environment = make_environment();
	if (!plan.environment)
		return status;
	plan.control_fd = high_fd(control_fd);
	status = plan.control_fd;
	if (status < 0)
		goto free_environment;
	plan.null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	status = plan.null_fd < 0 ? -errno : 0;
	if (status)
		goto close_control;
	status = start(&plan, pid, pid_fd);
	close(plan.null_fd);
close_control:
	close(plan.control_fd);
free_environment:
	free(plan.environment);
	return status;
}

/* Whether `path` could be executed: 0 or a negative errno. */
static int check_executable(const char *path)
{
	struct stat info;

	if (stat(path, &info))
		return -errno;
	if (!S_ISREG(info.st_mode))
		return -EACCES;
	return access(path, X_OK) ? -errno : 0;
}

char *rc__spawn_resolve(const char *path, int *status)
{
	const char *at = strchr(path, '/') ? "" : getenv("PATH");
	char *found;

	*status = -ENOENT;
	if (strchr(path, '/')) {
		*status = check_executable(path);
		found = *status ? NULL : strdup(path);
		if (!*status && !found)
			*status = -ENOMEM;
		return found;
	}
	while (at && *at) {
		size_t bytes = strcspn(at, ":");
		int looked;

		if (asprintf(&found, "%.*s/%s", (int)bytes, bytes ? at : ".", path) < 0) {
			*status = -ENOMEM;
			return NULL;
		}
		looked = check_executable(found);
		if (!looked) {
			*status = 0;
			return found;
		}
		free(found);
		if (looked == -EACCES)
			*status = looked;
		at += bytes + (at[bytes] == ':');
	}
	return NULL;
}
