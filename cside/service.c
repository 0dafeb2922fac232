/* SPDX-License-Identifier: MIT */
/*
 * service.c - the services that this process knows, and where a worker has them.
 *
 * Generated code registers its services from constructors. When a peer opens, each of them that
 * the worker has too is compared; one that is loaded later is compared at its first call. Where
 * the worker has a service, and how many methods of it can be called, is then kept in one word.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "sys.h"

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rc_service_link *registry;
static uint32_t registered;

void rc__service_register(const struct rc_service *service)
{
	struct rc_service_link *link = service->link;

	pthread_mutex_lock(&registry_lock);
	if (!link->service) {
		link->service = service;
		/* The last index is shared by all that are too many: they are looked up anew. */
		link->index = registered < RC_SERVICES_MAX ? registered++ : RC_SERVICES_MAX - 1;
		link->next = registry;
		/* PAIRS-WITH rc__service_first: the link is complete when it is seen. */
		rc__store_pointer_release((void **)&registry, link);
	}
	pthread_mutex_unlock(&registry_lock);
}

const struct rc_service_link *rc__service_first(void)
{
	return rc__load_pointer_acquire((void *const *)&registry);
}

int rc__service_endpoint(const char **endpoint)
{
	const struct rc_service *first = NULL;

	*endpoint = NULL;
	for (const struct rc_service_link *i = rc__service_first(); i; i = i->next) {
		if (!i->service->endpoint)
			continue;
		if (first && strcmp(first->endpoint, i->service->endpoint))
			return rc__error_set(
				-EINVAL, RC_RAN_NO,
				"ringcall: rc_open: endpoint is NULL, and service "
				"\"%s\" asks for \"%s\" but service \"%s\" for \"%s\"; "
				"pass one for each peer, or set RC_ENDPOINT",
				i->service->name, i->service->endpoint, first->name,
				first->endpoint);
		first = i->service;
		*endpoint = first->endpoint;
	}
	return 0;
}

static int unfit(struct rc_peer *peer, const struct rc_service *service, const char *difference)
{
	return rc__error_set(-EPROTO, RC_RAN_NO,
			     "ringcall: %s: service \"%s\": %s; regenerate one side from "
			     "the other's header",
			     peer->name, service->name, difference);
}

/* The service of that name that the worker has, or NULL. */
static const struct rc__remote_service *find_remote(const struct rc_peer *peer, const char *name)
{
	for (uint32_t index = 0; index < peer->service_count; index++)
		if (!strcmp(peer->services[index].name, name))
			return &peer->services[index];
	return NULL;
}

int rc__service_bind(struct rc_peer *peer, const struct rc_service *service, uint32_t *place)
{
	const struct rc__remote_service *remote;
	char difference[512];
	uint32_t methods;
	int status = 0;

	*place = rc__load_relaxed(&peer->places[service->link->index]);
	if (*place && service->link->index < RC_SERVICES_MAX - 1)
		return 0;
	remote = find_remote(peer, service->name);
	if (!remote)
		return -ENOSYS;
	if (remote->digest != service->digest)
		status = rc__description_compare(service->description, remote->description,
						 remote->method_count, difference,
						 sizeof(difference));
	if (status == -EPROTO)
		return unfit(peer, service, difference);
	if (status)
		return rc__error_set(status, RC_RAN_NO, "ringcall: rc_open: no memory");
	methods = service->method_count < remote->method_count ? service->method_count
							       : remote->method_count;
	*place = rc__place_pack(remote->method_base, methods);
	if (service->link->index < RC_SERVICES_MAX - 1)
		rc__store_relaxed(&peer->places[service->link->index], *place);
	return 0;
}

/* Appends `"name", ` to a list, as far as it fits. */
static void add_name(char *list, size_t list_bytes, const char *name)
{
	size_t used = strlen(list);

	snprintf(list + used, list_bytes - used, "%s\"%s\"", used ? ", " : "", name);
}

static int nothing_in_common(struct rc_peer *peer)
{
	char ours[256] = "", theirs[256] = "";

	for (const struct rc_service_link *link = rc__service_first(); link; link = link->next)
		add_name(ours, sizeof(ours), link->service->name);
	for (uint32_t index = 0; index < peer->service_count; index++)
		add_name(theirs, sizeof(theirs), peer->services[index].name);
	return rc__error_set(-ENOSYS, RC_RAN_NO,
			     "ringcall: %s has none of this program's services (%s), it "
			     "has %s; does its main package import and register one of them?",
			     peer->name, ours, *theirs ? theirs : "none at all");
}

int rc__service_bind_all(struct rc_peer *peer)
{
	const struct rc_service_link *link = rc__service_first();
	bool any = !link;

	for (; link; link = link->next) {
		uint32_t place;
		int status = rc__service_bind(peer, link->service, &place);

		if (status && status != -ENOSYS)
			return status;
		any |= !status;
	}
	return any ? 0 : nothing_in_common(peer);
}
