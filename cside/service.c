/* SPDX-License-Identifier: MIT */
/*
 * service.c - the services that this process knows, and where a worker has them.
 *
 * Generated code registers its services from constructors. When a peer opens, each of them that
 * the worker has too is compared; one that is loaded later is compared at its first call.
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

static int unfit(struct rc_peer *peer, const struct rc_service *service, const char *difference)
{
	return rc__error_set(
		-EPROTO, RC_RAN_NO,
		"ringcall: worker \"%s\": service \"%s\": %s; regenerate one side from "
		"the other's header",
		peer->path, service->name, difference);
}

/* The service of that name that the worker has, or NULL. */
static const struct rc__remote_service *find_remote(const struct rc_peer *peer, const char *name)
{
	for (uint32_t index = 0; index < peer->service_count; index++)
		if (!strcmp(peer->services[index].name, name))
			return &peer->services[index];
	return NULL;
}

int rc__service_bind(struct rc_peer *peer, const struct rc_service *service,
		     const struct rc__remote_service **bound)
{
	const struct rc__remote_service *remote = find_remote(peer, service->name);
	char difference[512];

	if (!remote)
		return rc__error_set(-ENOSYS, RC_RAN_NO,
				     "ringcall: worker \"%s\" has no service \"%s\"; does its main "
				     "package import and register it?",
				     peer->path, service->name);
	if (remote->digest != service->digest &&
	    !rc__description_fits(service->description, remote->description, difference,
				  sizeof(difference)))
		return unfit(peer, service, difference);
	*bound = remote;
	/* Kept only where every method is there, so that a call need not look. */
	if (remote->method_count >= service->method_count &&
	    service->link->index < RC_SERVICES_MAX - 1)
		rc__store_relaxed(&peer->bases[service->link->index], remote->method_base + 1);
	return 0;
}
