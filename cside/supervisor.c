/* SPDX-License-Identifier: MIT */
/*
 * supervisor.c - the thread that starts a worker, watches it, and says when it is gone.
 *
 * A worker's death is seen by its pidfd. The supervisor then marks the peer dead and wakes every
 * client that sleeps; each client settles its own calls on its own thread.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "internal.h"
#include "sys.h"

/* A worker that closed its socket, or refused the handshake, has this long to leave. */
#define LEAVE_NS RC__NS_PER_S

/* Pause between two tries to wake clients of a dead worker. */
#define WAKE_AGAIN_NS RC__NS_PER_MS

int rc__control_send_lane(struct rc_peer *peer, uint32_t kind, uint32_t lane)
{
	struct rc_control_lane packet = {
		.control = { kind, sizeof(packet) },
		.lane = lane,
		.request_position = peer->lanes[lane].request_position,
		.reply_position = peer->lanes[lane].reply_position,
		.reverse_request_position = peer->lanes[lane].reverse_request_position,
		.reverse_reply_position = peer->lanes[lane].reverse_reply_position,
		.flags = peer->lanes[lane].is_thread ? RC_LANE_THREAD : 0,
	};

	return send(peer->control_fd, &packet, sizeof(packet), MSG_NOSIGNAL) < 0 ? -errno : 0;
}

void rc__control_send_cancel(struct rc_peer *peer, uint32_t lane, uint32_t call)
{
	struct rc_control_lane packet = {
		.control = { RC_CONTROL_CANCEL, sizeof(packet) },
		.lane = lane,
		.call = call,
	};

	/* If this fails the worker is dying, and the call with it. */
	send(peer->control_fd, &packet, sizeof(packet), MSG_NOSIGNAL);
}

void rc__control_send_look(struct rc_peer *peer, uint32_t lane, uint32_t flags)
{
	struct rc_control_lane packet = {
		.control = { RC_CONTROL_LOOK, sizeof(packet) },
		.lane = lane,
		.flags = flags,
	};

	/* If this fails the worker is dying, or has been asked often enough. */
	send(peer->control_fd, &packet, sizeof(packet), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The worker left a lane. Its positions are ours to use next, whatever they are. */
static void lane_closed(struct rc_peer *peer, const struct rc_control_lane *packet)
{
	pthread_mutex_lock(&peer->lock);
	if (packet->lane < peer->geometry.lanes &&
	    peer->lanes[packet->lane].state == RC__LANE_CLOSING) {
		peer->lanes[packet->lane].state = RC__LANE_FREE;
		peer->lanes[packet->lane].reply_position = packet->reply_position;
		peer->lanes[packet->lane].reverse_request_position =
			packet->reverse_request_position;
		pthread_cond_broadcast(&peer->changed);
	}
	pthread_mutex_unlock(&peer->lock);
}

/* Reads what the worker says. False: it will say no more. */
static bool read_control(struct rc_peer *peer)
{
	struct rc_control_lane packet;
	ssize_t bytes = recv(peer->control_fd, &packet, sizeof(packet), MSG_DONTWAIT);

	if (bytes < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!bytes)
		return false;
	if (bytes == sizeof(packet) && packet.control.kind == RC_CONTROL_LANE_CLOSED)
		lane_closed(peer, &packet);
	return true;
}

static void describe_death(char *text, size_t text_bytes, const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED)
		snprintf(text, text_bytes, "exit status %d", info->si_status);
	else if (info->si_code == CLD_KILLED || info->si_code == CLD_DUMPED)
		snprintf(text, text_bytes, "signal %d, %s", info->si_status,
			 strsignal(info->si_status));
	else
		snprintf(text, text_bytes, "its exit status was taken by somebody else");
}

/* Waits for the end of a worker that is about to end. */
static void reap(struct rc_peer *peer)
{
	siginfo_t info = { 0 };
	int status;

	if (peer->pid_fd < 0) {
		snprintf(peer->death_text, sizeof(peer->death_text), "it stopped serving");
		rc__store_relaxed(&peer->pid, 0);
		return;
	}
	do
		status = waitid(P_PIDFD, (id_t)peer->pid_fd, &info, WEXITED);
	while (status && errno == EINTR);
	if (status)
		memset(&info, 0, sizeof(info));
	describe_death(peer->death_text, sizeof(peer->death_text), &info);
	rc__store_relaxed(&peer->pid, 0);
}

static void wake_event_loops(struct rc_peer *peer)
{
	pthread_mutex_lock(&peer->lock);
	for (uint32_t lane = 0; lane < peer->geometry.lanes; lane++) {
		const struct rc_client *client = peer->lanes[lane].client;

		if (client && client->event_fd >= 0)
			rc__fd_write(client->event_fd);
	}
	pthread_mutex_unlock(&peer->lock);
}

static void mark_dead(struct rc_peer *peer)
{
	/* PAIRS-WITH rc__peer_state: the text is seen with the state. */
	rc__store_release(&peer->state, RC__PEER_DEAD);
	/* PAIRS-WITH arm in arm.c: either it sees the state, or we that it is armed. PAIRS-WITH
	 * rc__direct_allow: either it sees the state, or its word is written before ours. */
	rc__fence();
	wake_event_loops(peer);
	pthread_mutex_lock(&peer->lock);
	for (uint32_t lane = 0; lane < peer->geometry.lanes; lane++)
		if (peer->lanes[lane].client) {
			rc__direct_forbid(peer->lanes[lane].client);
			rc__small_forbid(peer->lanes[lane].client);
		}
	pthread_cond_broadcast(&peer->changed);
	pthread_mutex_unlock(&peer->lock);
	rc__wake_sleepers(peer, false, WAKE_AGAIN_NS);
}

/* What the supervisor waits for, and until when. */
struct watch {
	struct pollfd polled[3];
	uint64_t kill_at_ns; /* RC_FOREVER: not */
	bool ended;          /* of a Go side in this process: it left */
};

enum {
	WATCH_PID,
	WATCH_CONTROL,
	WATCH_STOP
};

/* rc_close() asked for an end: tells the worker. */
static void begin_stop(struct rc_peer *peer, struct watch *watch)
{
	struct rc_control packet = { RC_CONTROL_STOP, sizeof(packet) };

	watch->polled[WATCH_STOP].fd = -1;
	pthread_mutex_lock(&peer->lock);
	watch->kill_at_ns = peer->stop_deadline_ns;
	pthread_mutex_unlock(&peer->lock);
	send(peer->control_fd, &packet, sizeof(packet), MSG_NOSIGNAL);
}

/* Out of patience. What runs in this process cannot be killed: we leave without it. */
static void end_by_force(struct rc_peer *peer, struct watch *watch)
{
	watch->kill_at_ns = RC_FOREVER;
	peer->killed = true;
	if (peer->pid_fd >= 0)
		syscall(SYS_pidfd_send_signal, peer->pid_fd, SIGKILL, NULL, 0);
	else
		watch->ended = true;
}

/* The Go side closed its end. A worker is dead when its process is. */
static void control_closed(struct rc_peer *peer, struct watch *watch)
{
	watch->polled[WATCH_CONTROL].fd = -1;
	if (peer->pid_fd < 0)
		watch->ended = true;
	else if (watch->kill_at_ns == RC_FOREVER)
		watch->kill_at_ns = rc__now_ns() + LEAVE_NS;
}

static void step(struct rc_peer *peer, struct watch *watch)
{
	uint64_t now_ns = rc__now_ns();
	struct timespec left =
		rc__timespec(watch->kill_at_ns > now_ns ? watch->kill_at_ns - now_ns : 0);

	ppoll(watch->polled, 3, watch->kill_at_ns == RC_FOREVER ? NULL : &left, NULL);
	if (watch->polled[WATCH_CONTROL].revents && !read_control(peer))
		control_closed(peer, watch);
	if (watch->polled[WATCH_STOP].revents)
		begin_stop(peer, watch);
	if (watch->kill_at_ns != RC_FOREVER && rc__now_ns() >= watch->kill_at_ns)
		end_by_force(peer, watch);
}

/* Until the worker is dead. */
static void watch_worker(struct rc_peer *peer)
{
	struct watch watch = { .kill_at_ns = RC_FOREVER };

	watch.polled[WATCH_PID] = (struct pollfd){ .fd = peer->pid_fd, .events = POLLIN };
	watch.polled[WATCH_CONTROL] = (struct pollfd){ .fd = peer->control_fd, .events = POLLIN };
	watch.polled[WATCH_STOP] = (struct pollfd){ .fd = peer->stop_fd, .events = POLLIN };
	while (!watch.polled[WATCH_PID].revents && !watch.ended)
		step(peer, &watch);
	reap(peer);
	mark_dead(peer);
}

/* Starts the Go side with its end of the control socket. Sets peer->pid_fd of a process. */
static int start_go_side(struct rc_peer *peer, int control_fd)
{
	int pid = 0, status;

	if (peer->transport != RC__TRANSPORT_WORKER) {
		rc__store_relaxed(&peer->pid, (uint32_t)getpid());
		rc__direct_meet(peer);
		/* It closes the socket. */
		peer->go_key = peer->go.start(control_fd, (uintptr_t)peer->host,
					      (uintptr_t)rc__inproc_host_call);
		return 0;
	}
	status = rc__spawn(peer->path, peer->cpu, control_fd, &pid, &peer->pid_fd);
	close(control_fd);
	rc__store_relaxed(&peer->pid, status ? 0 : (uint32_t)pid);
	return status;
}

static int start_worker(struct rc_peer *peer)
{
	uint64_t deadline_ns = rc__now_ns() + peer->options.start_timeout_ns;
	int sockets[2], status;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return rc__error_set(-errno, RC_RAN_NO, "ringcall: rc_open: socketpair: %s",
				     rc__errno_text(errno));
	peer->control_fd = sockets[0];
	status = start_go_side(peer, sockets[1]);
	if (status)
		return rc__error_set(status, RC_RAN_NO, "ringcall: %s cannot be started: %s",
				     peer->name, rc__errno_text(status));
	return rc__handshake(peer, deadline_ns);
}

static void post_outcome(struct rc_peer *peer, int status)
{
	pthread_mutex_lock(&peer->lock);
	if (status)
		snprintf(peer->start_text, sizeof(peer->start_text), "%s", rc_error_last()->text);
	rc__store_release(&peer->state, status ? RC__PEER_DEAD : RC__PEER_RUNNING);
	peer->start_status = status;
	peer->started = true;
	pthread_cond_broadcast(&peer->changed);
	pthread_mutex_unlock(&peer->lock);
}

void *rc__supervisor(void *argument)
{
	struct rc_peer *peer = argument;
	int status = start_worker(peer);

	if (status && peer->pid_fd >= 0) {
		syscall(SYS_pidfd_send_signal, peer->pid_fd, SIGKILL, NULL, 0);
		reap(peer);
	}
	post_outcome(peer, status);
	if (!status)
		watch_worker(peer);
	return NULL;
}
