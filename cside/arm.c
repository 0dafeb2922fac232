/* SPDX-License-Identifier: MIT */
/*
 * arm.c - clients in event loops: a client's eventfd, and a futex for io_uring, armed while the
 * loop sleeps.
 *
 * To arm a client is to park it, as sleep_once() in wait.c does, but for the sleep itself, which
 * is the loop's. The park says how it wants to be woken: the worker has the eventfd and writes it
 * in place of waking a futex. A client that is not armed costs the worker no system call.
 *
 * A thread that waits for the lane meanwhile parks on its own account. When it is done, it writes
 * the eventfd, so that the loop looks again.
 */
#define _GNU_SOURCE
#include <sys/eventfd.h>

#include "internal.h"
#include "sys.h"

void rc__fd_write(int fd)
{
	uint64_t one = 1;

	/* An eventfd that is full is readable already. */
	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

/* Whether what io_uring waits for has ended, or may never do so: the worker wakes for its own words
 * while we are parked. */
static bool is_stale(const struct rc__uring *uring)
{
	for (int word = 0; word < RC__URING_WAITS; word++)
		if (rc__uring_differs(&uring->waits[word]))
			return true;
	return uring->doubtful || uring->stirs_before & 1 ||
	       rc__load_acquire(&uring->stirs) != uring->stirs_before;
}

void rc__alert(uint32_t *word)
{
	/* What was not submitted yet finds another value; what was is woken. */
	rc__increment_release(word);
	rc__futex_wake(word);
}

/* Ends the request that waits, so that the next one is the only one. */
static void end_request(struct rc__uring *uring)
{
	uring->waiting = false;
	rc__alert(&uring->alert);
}

void rc__uring_end_own(struct rc_client *client)
{
	if (client->uring.waiting)
		end_request(&client->uring);
}

void rc__armed_wake(struct rc_client *client)
{
	if (!client->uring.armed)
		rc__fd_write(client->event_fd);
	else if (client->uring.batch)
		rc__batch_alert(client->uring.batch);
	else
		end_request(&client->uring);
}

static int create_fd(struct rc_client *client)
{
	struct rc_peer *peer = client->peer;
	struct rc_control_lane packet = {
		.control = { RC_CONTROL_LANE_FD, sizeof(packet) },
		.lane = client->lane_index,
	};
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), status;

	if (fd < 0)
		return rc__error_set(-errno, RC_RAN_NO, "ringcall: rc_client_fd: eventfd: %s",
				     rc__errno_text(errno));
	pthread_mutex_lock(&peer->lock);
	status = rc__control_send_fd(peer, &packet, sizeof(packet), fd);
	if (!status)
		client->event_fd = fd;
	pthread_mutex_unlock(&peer->lock);
	if (!status)
		return fd;
	close(fd);
	return rc__error_set(-ENOTCONN, RC_RAN_NO,
			     "ringcall: rc_client_fd: %s does not listen any more: %s; close the "
			     "peer and open it again",
			     peer->name, rc__errno_text(status));
}

int rc_client_fd(struct rc_client *client)
{
	int fd;

	rc__gate_enter(&client->gate);
	fd = client->event_fd >= 0 ? client->event_fd : create_fd(client);
	rc__gate_leave();
	return fd;
}

static bool has_work(const struct rc_client *client)
{
	return client->done_first != RC__NONE || rc__ring_peek(&client->replies) ||
	       rc__reverse_ready(client) || rc__is_gone(client);
}

bool rc__is_gone(const struct rc_client *client)
{
	return client->broken || rc__peer_state(client->peer) == RC__PEER_DEAD;
}

bool rc__has_work_left(const struct rc_client *client)
{
	if (client->completing || client->done_first != RC__NONE || rc__reverse_ready(client))
		return true;
	if (client->broken)
		return false;
	return rc__ring_peek(&client->replies) ||
	       (rc__pending(client) && rc__peer_state(client->peer) == RC__PEER_DEAD);
}

static void begin_park(struct rc_park_line *line, uint32_t how, uint32_t position)
{
	rc__store_relaxed(&line->how, how);
	/* PAIRS-WITH look in goside/wait.go: who sees the position sees how to wake for it. */
	rc__store_release(&line->waiting, rc__park_word(position));
}

static void end_park(struct rc_park_line *line)
{
	rc__park_end(&line->waiting);
	rc__store_relaxed(&line->how, RC_PARK_FUTEX);
}

static void park(struct rc_client *client, uint32_t how)
{
	uint32_t reply = (uint32_t)client->replies.position;

	if (rc__in_company(client))
		rc__ask_before_sleep(client, &client->ask, reply);
	client->parked = true;
	begin_park(&client->lane->host_park, how, reply);
	begin_park(&client->reverse.shared->host_park, how,
		   (uint32_t)client->reverse.requests.position);
}

void rc__park_by_futex(struct rc_client *client)
{
	const uint32_t *word = &rc__ring_slot(&client->replies)->sequence;

	rc__store_pointer_release(&client->sleep_word, (void *)(uintptr_t)word);
	park(client, RC_PARK_FUTEX);
	rc__count(&client->lane->host_count.parks);
}

void rc__unpark(struct rc_client *client)
{
	if (!client->parked)
		return;
	client->parked = false;
	if (client->uring.armed)
		rc__store_pointer_release(&client->sleep_word, NULL);
	end_park(&client->lane->host_park);
	end_park(&client->reverse.shared->host_park);
}

void rc__disarm(struct rc_client *client)
{
	struct rc__uring *uring = &client->uring;
	uint64_t count;

	rc__unpark(client);
	client->armed = false;
	if (uring->armed) {
		uring->armed = false;
		if (uring->waiting && is_stale(uring))
			end_request(uring);
		return;
	}
	/* What was written has ended a poll of io_uring. */
	if (read(client->event_fd, &count, sizeof(count)) == sizeof(count))
		uring->polling = false;
}

static int arm(struct rc_client *client)
{
	if (client->event_fd < 0)
		return rc__error_set(-EINVAL, RC_RAN_NO,
				     "ringcall: rc_client_arm: the client has no descriptor; call "
				     "rc_client_fd() first");
	if (client->completing)
		return 1;
	if (!has_work(client)) {
		client->armed = true;
		if (client->leading)
			return 0;
		park(client, RC_PARK_FD);
		rc__sleeper_barrier(client);
		if (!has_work(client)) {
			rc__count(&client->lane->host_count.parks);
			return 0;
		}
	}
	rc__unpark(client);
	return 1;
}

int rc_client_arm(struct rc_client *client)
{
	int status;

	rc__gate_enter(&client->gate);
	status = arm(client);
	rc__gate_leave();
	return status;
}

void rc__note_words(const struct rc_client *client, struct rc_uring_wait *waits)
{
	waits[0] = rc__uring_wait_for(&rc__ring_slot(&client->replies)->sequence);
	waits[1] = rc__uring_wait_for(&rc__ring_slot(&client->reverse.requests)->sequence);
}

static int uring_arm(struct rc_client *client, struct rc_uring_wait **waits)
{
	struct rc__uring *uring = &client->uring;
	bool again;

	if (uring->waiting && is_stale(uring))
		end_request(uring);
	again = uring->waiting;
	if (client->completing || has_work(client))
		return 1;
	if (!again) {
		rc__note_words(client, uring->waits);
		uring->waits[2] = rc__uring_wait_for(&uring->alert);
		uring->doubtful = false;
		uring->stirs_before = rc__load_acquire(&uring->stirs);
	}
	client->armed = uring->armed = uring->waiting = true;
	if (!client->leading) {
		rc__park_by_futex(client);
		rc__sleeper_barrier(client);
	}
	*waits = again ? NULL : uring->waits;
	if (!has_work(client))
		return 0;
	rc__unpark(client);
	client->armed = uring->armed = false;
	uring->waiting = again;
	return 1;
}

/* A client of a group is waited for by the group's requests. */
static int check_alone(const struct rc_client *client)
{
	if (!client->uring.batch)
		return 0;
	return rc__error_set(-EINVAL, RC_RAN_NO,
			     "ringcall: rc_uring_arm: the client is in a group; call "
			     "rc_uring_group_arm(), or take it out by rc_uring_group_remove()");
}

int rc__uring_arm(struct rc_client *client, struct rc_uring_wait **waits)
{
	int status;

	rc__gate_enter(&client->gate);
	status = check_alone(client);
	if (!status)
		status = uring_arm(client, waits);
	rc__gate_leave();
	return status;
}

static int uring_poll(struct rc_client *client, bool *poll)
{
	int status = client->event_fd < 0 ? create_fd(client) : 0;

	if (status >= 0)
		status = arm(client);
	*poll = !status && !client->uring.polling;
	client->uring.polling |= *poll;
	return status;
}

int rc__uring_poll(struct rc_client *client, bool *poll)
{
	int status;

	rc__gate_enter(&client->gate);
	status = check_alone(client);
	if (!status)
		status = uring_poll(client, poll);
	rc__gate_leave();
	return status;
}

int rc__uring_set_poll(struct rc_client *client, bool *poll)
{
	int status = 0;

	*poll = false;
	rc__gate_enter(&client->gate);
	if (!rc__is_gone(client) || rc__has_work_left(client))
		status = uring_poll(client, poll);
	rc__gate_leave();
	return status;
}

void rc__uring_failed(struct rc_client *client)
{
	rc__gate_enter(&client->gate);
	client->uring.waiting = client->uring.polling = false;
	rc__unpark(client);
	client->armed = client->uring.armed = false;
	rc__gate_leave();
}

enum rc__uring_way rc__uring_way(struct rc_client *client, enum rc__uring_way way)
{
	if (way != RC__URING_UNKNOWN)
		client->uring.way = way;
	return client->uring.way;
}
