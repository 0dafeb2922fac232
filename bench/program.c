/* SPDX-License-Identifier: MIT */
/*
 * program.c - from names to paths.
 */
#define _GNU_SOURCE
#include "bench/program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/fail.h"

/* A path from two parts and what stands between them. */
static char *join(const char *folder, const char *between, const char *name)
{
	char *path;

	if (asprintf(&path, "%s%s%s", folder, between, name) < 0)
		fail_errno("memory for a path");
	return path;
}

char *program_find(const char *name)
{
	char executable[PATH_MAX];
	ssize_t bytes = readlink("/proc/self/exe", executable, sizeof(executable) - 1);
	char *beside, *among, *slash;

	if (bytes < 0)
		fail_errno("reading /proc/self/exe");
	executable[bytes] = '\0';
	among = join(executable, ".runfiles/ringcall/bench/", name);
	slash = strrchr(executable, '/');
	*slash = '\0';
	beside = join(executable, "/", name);
	if (!access(beside, X_OK)) {
		free(among);
		return beside;
	}
	if (access(among, X_OK))
		fail("found neither \"%s\" nor \"%s\"; build with: bazel build //bench/...", beside,
		     among);
	free(beside);
	return among;
}

char *program_user_path(const char *path)
{
	const char *user_folder = getenv("BUILD_WORKING_DIRECTORY");
	char folder[PATH_MAX];

	if (path[0] == '/')
		return join(path, "", "");
	if (user_folder)
		return join(user_folder, "/", path);
	if (!getcwd(folder, sizeof(folder)))
		fail_errno("asking for the working directory");
	return join(folder, "/", path);
}

char *program_worker_endpoint(const char *path)
{
	char *worker = path ? program_user_path(path) : program_find("ring_worker");
	char *endpoint = join("worker", ":", worker);

	free(worker);
	return endpoint;
}
