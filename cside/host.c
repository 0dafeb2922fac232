/* SPDX-License-Identifier: MIT */
/*
 * host.c - runs calls of host services, which C implements and Go makes.
 *
 * The request's root is copied to private memory, with it every array that holds pointers, and
 * checked there, as reply.c does with replies. The output is measured and written as a request of
 * the other direction. Private memory is on the stack when it is small, else malloc'd for the
 * time of the call: nothing of a call is left when it returns.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

/* Private memory of a call that needs no malloc. */
#define SMALL_BYTES 1024

/* Memory of rc_host_alloc(), in the list of the call that it is for. */
struct piece {
	struct piece *next;
	_Alignas(16) unsigned char memory[];
};

/* What this thread's host functions need to be known for, one within the other. */
static _Thread_local uint32_t depth;
static _Thread_local struct piece **pieces; /* of the innermost one; NULL: there is none */

void *rc_host_alloc(size_t bytes)
{
	struct piece *piece;

	if (!pieces || bytes > RC_PAYLOAD_BYTES_MAX)
		return NULL;
	piece = calloc(1, sizeof(*piece) + bytes);
	if (!piece)
		return NULL;
	piece->next = *pieces;
	*pieces = piece;
	return piece->memory;
}

static void free_pieces(struct piece *piece)
{
	while (piece) {
		struct piece *next = piece->next;

		free(piece);
		piece = next;
	}
}

uint32_t rc__host_depth(void)
{
	return depth;
}

void rc__host_depth_set(uint32_t functions)
{
	depth = functions;
}

struct rc__host *rc__host_create(void)
{
	struct rc__host *host = calloc(1, sizeof(*host));

	if (host)
		pthread_mutex_init(&host->lock, NULL);
	return host;
}

void rc__host_destroy(struct rc__host *host)
{
	if (!host)
		return;
	pthread_mutex_destroy(&host->lock);
	free(host);
}

static struct rc_host_serving *find_service(struct rc__host *host, const char *name)
{
	/* PAIRS-WITH add_serving: what is counted is complete. */
	uint32_t count = rc__load_acquire(&host->count);

	for (uint32_t index = 0; index < count; index++)
		if (!strcmp(host->servings[index].service->name, name))
			return &host->servings[index];
	return NULL;
}

/* The lock is held. */
static int add_serving(struct rc__host *host, const struct rc_host_service *service,
		       const void *functions, void *context)
{
	if (find_service(host, service->name))
		return rc__error_set(-EEXIST, RC_RAN_NO,
				     "ringcall: %s_serve: the peer has the host service \"%s\" "
				     "already; serve it once",
				     service->name, service->name);
	if (host->count == RC__HOST_SERVICES_MAX ||
	    host->methods + service->method_count > RC_METHODS_MAX)
		return rc__error_set(-E2BIG, RC_RAN_NO,
				     "ringcall: %s_serve: host service \"%s\" is one too many: a "
				     "peer has at most %d with %d methods",
				     service->name, service->name, RC__HOST_SERVICES_MAX,
				     RC_METHODS_MAX);
	host->servings[host->count] =
		(struct rc_host_serving){ service, functions, context, host->methods };
	host->methods += service->method_count;
	/* PAIRS-WITH find_service, find_method: the serving is seen before it is counted. */
	rc__store_release(&host->count, host->count + 1);
	return 0;
}

int rc__host_serve(struct rc_peer *peer, const struct rc_host_service *service,
		   const void *functions, void *context)
{
	const unsigned char *pointer = functions;
	void (*function)(void);
	int status;

	if (!peer || !functions)
		return rc__error_set(-EINVAL, RC_RAN_NO, "ringcall: %s_serve: %s is NULL",
				     service->name, peer ? "functions" : "peer");
	for (uint32_t index = 0; index < service->method_count; index++) {
		memcpy(&function, pointer + index * sizeof(function), sizeof(function));
		if (!function)
			return rc__error_set(-EINVAL, RC_RAN_NO,
					     "ringcall: %s_serve: %s has no function; set it",
					     service->name, service->methods[index].name);
	}
	pthread_mutex_lock(&peer->host->lock);
	status = add_serving(peer->host, service, functions, context);
	pthread_mutex_unlock(&peer->host->lock);
	if (!status)
		rc__wake_for_host_calls(peer);
	return status;
}

/* The method of a number, or NULL. */
static const struct rc_host_method *find_method(struct rc__host *host, uint32_t number,
						const struct rc_host_serving **serving)
{
	uint32_t count = rc__load_acquire(&host->count); /* PAIRS-WITH add_serving */

	for (uint32_t index = 0; index < count; index++) {
		*serving = &host->servings[index];
		if (number - (*serving)->first < (*serving)->service->method_count)
			return &(*serving)->service->methods[number - (*serving)->first];
	}
	return NULL;
}

/* Makes the reply say what rc_error_last() does. Returns the status. */
static int reply_error(struct rc__host_call *call, int status)
{
	const struct rc_error *last = rc_error_last();
	struct rc_remote_error error = { .code = last->application,
					 .text_bytes = (uint32_t)strlen(last->text) };
	unsigned char *space;

	if (call->is_one_way)
		return status;
	space = call->reply_space(call, sizeof(error) + error.text_bytes);
	if (!space)
		return status;
	memcpy(space, &error, sizeof(error));
	memcpy(space + sizeof(error), last->text, error.text_bytes);
	call->reply_bytes = sizeof(error) + error.text_bytes;
	return status;
}

static int no_space(const char *name, uint64_t bytes)
{
	return rc__error_set(-EMSGSIZE, RC_RAN_YES,
			     "ringcall: %s: there is no room for its reply of %llu bytes; the "
			     "function ran, its reply is lost",
			     name, (unsigned long long)bytes);
}

/* Writes the output. 0, or an error that is not replied yet. */
static int encode(struct rc__host_call *call, const struct rc_host_method *method,
		  const void *output)
{
	struct rc_measure measure = { .depth = RC_DEPTH_MAX };
	struct rc_writer writer = { 0 };
	uint64_t bytes = method->reply_bytes;

	if (method->reply_measure)
		bytes = method->reply_measure(&measure, output);
	if (measure.fault.field)
		return rc__error_set(-EINVAL, RC_RAN_YES,
				     "ringcall: %s: its output cannot be sent: %s %s", method->name,
				     measure.fault.field, measure.fault.why);
	if (measure.too_large || bytes > RC_PAYLOAD_BYTES_MAX)
		return no_space(method->name, bytes);
	writer.base = call->reply_space(call, bytes);
	if (!writer.base)
		return no_space(method->name, bytes);
	if (method->reply_write)
		method->reply_write(&writer, output, writer.base);
	else
		memcpy(writer.base, output, method->reply_bytes);
	call->reply_bytes = bytes;
	return 0;
}

/* Calls the user's function, one level deeper. */
static int invoke(struct rc__host_call *call, const struct rc_host_serving *serving,
		  const struct rc_host_method *method, const void *root, void *output,
		  struct piece **for_output)
{
	struct piece **outer_pieces = pieces;
	uint32_t outer = depth;
	uint32_t level = outer > call->nesting ? outer : call->nesting;
	int result;

	if (level >= RC_NESTING_MAX)
		return rc__error_set(-ELOOP, RC_RAN_NO,
				     "ringcall: %s: calls from Go to the host and back are nested "
				     "deeper than %d; is this an endless recursion?",
				     method->name, RC_NESTING_MAX);
	depth = level + 1;
	pieces = for_output;
	rc__error_host_begin();
	result = method->invoke(serving->functions, serving->context, root, output);
	pieces = outer_pieces;
	depth = outer;
	return result ? rc__error_host_end(result) : 0;
}

/* Decodes, calls, encodes; `space` has room for root, output and arrays, each 8-aligned. */
static int run_in(struct rc__host_call *call, const struct rc_host_serving *serving,
		  const struct rc_host_method *method, unsigned char *space, uint64_t arrays_bytes)
{
	unsigned char *output = space + rc__round_up(method->request_bytes, 8);
	struct rc_reader reader = { .message = call->request,
				    .message_bytes = call->request_bytes,
				    .pool = call->pool,
				    .pool_bytes = call->pool_bytes,
				    .private_next = output + rc__round_up(method->reply_bytes, 8),
				    .private_left = arrays_bytes,
				    .depth = RC_DEPTH_MAX };
	struct piece *for_output = NULL;
	int status;

	if (method->request_bytes)
		memcpy(space, call->request, method->request_bytes);
	if (method->request_check && !method->request_check(&reader, space))
		return rc__error_set(-EPROTO, RC_RAN_NO, "ringcall: %s: its request: %s %s",
				     method->name, reader.fault.field, reader.fault.why);
	memset(output, 0, method->reply_bytes);
	status = invoke(call, serving, method, space, output, &for_output);
	if (!status && !call->is_one_way)
		status = encode(call, method, output);
	free_pieces(for_output);
	return status;
}

/* Whether both messages of a method are roots alone, fit slots, and need no check. */
static inline bool is_small(const struct rc_host_method *method)
{
	return !(method->flags & (RC_METHOD_ONE_WAY | RC_METHOD_ARRAYS)) &&
	       !method->request_check && !method->reply_measure && !method->reply_write &&
	       method->request_bytes <= RC_BODY_BYTES && method->reply_bytes <= RC_BODY_BYTES;
}

/* Copies a root by 16 bytes: a function that loads as many at once, as compilers do with two words,
 * would wait for two stores of 8. */
static inline void copy_root(void *to, const void *from, uint32_t bytes)
{
	unsigned char *next = to;
	const unsigned char *source = from;

	for (; bytes >= 16; bytes -= 16, next += 16, source += 16)
		memcpy(next, source, 16);
	rc__copy_words(next, source, bytes);
}

/* run_method() of a small one. */
static int run_small(struct rc__host_call *call, const struct rc_host_serving *serving,
		     const struct rc_host_method *method)
{
	_Alignas(16) unsigned char root[RC_BODY_BYTES], output[RC_BODY_BYTES] = { 0 };
	struct piece *for_output = NULL;
	void *space;
	int status;

	copy_root(root, call->request, method->request_bytes);
	status = invoke(call, serving, method, root, output, &for_output);
	free_pieces(for_output);
	if (status)
		return status;
	space = call->reply_space(call, method->reply_bytes);
	if (!space)
		return no_space(method->name, method->reply_bytes);
	rc__copy_words(space, output, method->reply_bytes);
	call->reply_bytes = method->reply_bytes;
	return 0;
}

static int run_method(struct rc__host_call *call, const struct rc_host_serving *serving,
		      const struct rc_host_method *method)
{
	uint64_t arrays_bytes =
		method->flags & RC_METHOD_ARRAYS ? rc__round_up(call->request_bytes, 8) : 0;
	uint64_t bytes = rc__round_up(method->request_bytes, 8) +
			 rc__round_up(method->reply_bytes, 8) + arrays_bytes;
	_Alignas(16) unsigned char small[SMALL_BYTES];
	unsigned char *space = small;
	int status;

	call->is_one_way = method->flags & RC_METHOD_ONE_WAY;
	if (call->request_bytes < method->request_bytes)
		return rc__error_set(-EPROTO, RC_RAN_NO,
				     "ringcall: %s: its request is shorter than its type",
				     method->name);
	if (rc__likely(is_small(method)))
		return run_small(call, serving, method);
	if (bytes > sizeof(small))
		space = malloc(bytes);
	if (!space)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: %s: no memory", method->name);
	status = run_in(call, serving, method, space, arrays_bytes);
	if (space != small)
		free(space);
	/* Nobody hears what a one-way function returns. */
	return call->is_one_way && status == -EREMOTEIO ? 0 : status;
}

/* What Go asks for, in private memory: the name and the description with a NUL behind each. */
struct question {
	struct rc_host_bind head;
	char name[RC_NAME_BYTES];
	char *description;
};

static int read_question(const struct rc__host_call *call, struct question *question)
{
	const unsigned char *text = (const unsigned char *)call->request + sizeof(question->head);
	struct rc_host_bind *head = &question->head;

	if (call->request_bytes < sizeof(*head))
		return rc__error_set(-EPROTO, RC_RAN_NO,
				     "ringcall: Go asked for a host service without its name");
	memcpy(head, call->request, sizeof(*head));
	if (head->name_bytes >= RC_NAME_BYTES ||
	    head->description_bytes > RC_DESCRIPTION_BYTES_MAX ||
	    call->request_bytes - sizeof(*head) !=
		    (uint64_t)head->name_bytes + head->description_bytes)
		return rc__error_set(-EPROTO, RC_RAN_NO,
				     "ringcall: Go asked for a host service by a message of "
				     "another size than it says");
	question->description = malloc(head->description_bytes + (size_t)1);
	if (!question->description)
		return rc__error_set(-ENOMEM, RC_RAN_NO, "ringcall: no memory");
	memcpy(question->name, text, head->name_bytes);
	question->name[head->name_bytes] = '\0';
	memcpy(question->description, text + head->name_bytes, head->description_bytes);
	question->description[head->description_bytes] = '\0';
	return 0;
}

/* Whether the service fits what Go was built for. 0, or the error. */
static int compare(const struct rc_host_service *service, const struct question *question)
{
	char text[1024];
	int status = 0;

	if (service->digest != question->head.digest)
		status = rc__description_compare_served(service->description, question->description,
							question->head.methods, text, sizeof(text));
	if (status == -EPROTO)
		return rc__error_set(status, RC_RAN_NO,
				     "ringcall: host service \"%s\": %s; regenerate one side from "
				     "the other's header",
				     service->name, text);
	return status ? rc__error_set(status, RC_RAN_NO, "ringcall: no memory") : 0;
}

static int reply_bound(struct rc__host_call *call, const struct rc_host_serving *serving,
		       uint32_t methods)
{
	struct rc_host_bound bound = { .first = serving->first, .methods = methods };
	uint64_t bytes = sizeof(bound), *words;
	unsigned char *space;

	if (call->is_in_process) {
		bound.serving = (uintptr_t)serving;
		bytes += (methods + 1 + methods) * sizeof(*words);
	}
	space = call->reply_space(call, bytes);
	if (!space)
		return no_space(serving->service->name, bytes);
	memcpy(space, &bound, sizeof(bound));
	if (call->is_in_process) {
		words = (uint64_t *)(void *)(space + sizeof(bound));
		for (uint32_t index = 0; index < methods; index++)
			words[index] = (uintptr_t)serving->service->methods[index].leaf;
		words[methods] = (uintptr_t)serving->context;
		memcpy(words + methods + 1, serving->functions, methods * sizeof(*words));
	}
	call->reply_bytes = bytes;
	return 0;
}

static int bind(struct rc__host_call *call)
{
	const struct rc_host_serving *serving;
	struct question question;
	uint32_t methods;
	int status = read_question(call, &question);

	if (status)
		return status;
	serving = find_service(call->host, question.name);
	if (serving)
		status = compare(serving->service, &question);
	else
		status = rc__error_set(-ENOSYS, RC_RAN_NO,
				       "ringcall: the host does not serve \"%s\"; call %s_serve() "
				       "in it, once rc_open() has returned",
				       question.name, question.name);
	free(question.description);
	if (status)
		return status;
	methods = serving->service->method_count;
	if (methods > question.head.methods)
		methods = question.head.methods;
	return reply_bound(call, serving, methods);
}

int rc__host_run(struct rc__host_call *call)
{
	const struct rc_host_serving *serving = NULL;
	const struct rc_host_method *method;
	int status;

	call->reply_bytes = 0;
	call->is_one_way = false;
	if (call->number == RC_HOST_BIND) {
		status = bind(call);
		return status ? reply_error(call, status) : 0;
	}
	method = find_method(call->host, call->number, &serving);
	if (!method)
		status = rc__error_set(-ENOSYS, RC_RAN_NO,
				       "ringcall: Go called method %u of the host, which serves no "
				       "such method",
				       call->number);
	else
		status = run_method(call, serving, method);
	return status ? reply_error(call, status) : 0;
}
