#!/bin/bash
# SPDX-License-Identifier: MIT
#
# evolve_test.sh - each host of people.h against the workers of other days: all that is printed.
#
# Runs in the runfiles. Exit status 1 when a host printed anything else than is written here.
set -u

folder=tests/evolve
worker=$folder/worker/worker
failures=0
checks=0

# How texts end.
regenerate="regenerate one side from the other's header"
older='worker "WORKER" has no such method: it was built from an older header;'
older="$older rebuild it from this program's"
lacks='worker "WORKER" has no service'
remedy='does its main package import and register it, and was it built from this header?'
none="ringcall: worker \"WORKER\" has none of this program's services"
register='does its main package import and register one of them?'
end='and methods can be added at the end only'

# expect HOST WORKER: the host of one variant prints the standard input with the other's worker.
expect() {
	local said
	checks=$((checks + 1))
	said=$(EVOLVE_WORKER=$2 $folder/host_"$1" "./$worker" | sed "s|\./$worker|WORKER|")
	if ! diff <(printf '%s\n' "$said") -; then
		echo "FAIL: host $1, worker $2"
		failures=$((failures + 1))
	fi
}

# refused HOST WORKER WHY: rc_open() fails, naming the difference.
refused() {
	expect "$1" "$2" <<-END
		open: EPROTO: ringcall: worker "WORKER": service "people": $3; $regenerate
	END
}

# works HOST WORKER: all that both have works, and nothing is said.
works() {
	expect "$1" "$2" <<-END
		ping: ok
		ping: ok
		sent: 2
		close: ok
	END
}

# With what was added: it works where both have it, and costs no trip to the worker elsewhere.
for host in v1 sent_enum_grown received_enum_grown; do
	works $host $host
done
works v1 v2
works v1 v3
for other in v2 v3; do
	expect v2 $other <<-END
		ping: ok
		later: ok
		later_async: ok
		later_done: ok
		later_note: ok
		ping: ok
		sent: 5
		close: ok
	END
done
expect v3 v3 <<END
ping: ok
later: ok
later_async: ok
later_done: ok
later_note: ok
twice: ok
ping: ok
sent: 6
close: ok
END
expect v2 v1 <<END
ping: ok
later: ENOSYS: ringcall: people.later: $older
later_async: ENOSYS: ringcall: people.later: $older
later_note: ENOSYS: ringcall: people.later_note: $older
ping: ok
sent: 2
close: ok
END
expect v3 v1 <<END
ping: ok
later: ENOSYS: ringcall: people.later: $older
later_async: ENOSYS: ringcall: people.later: $older
later_note: ENOSYS: ringcall: people.later_note: $older
twice: ENOSYS: ringcall: people_more.twice: $lacks "people_more"; $remedy
ping: ok
sent: 2
close: ok
END
expect v3 v2 <<END
ping: ok
later: ok
later_async: ok
later_done: ok
later_note: ok
twice: ENOSYS: ringcall: people_more.twice: $lacks "people_more"; $remedy
ping: ok
sent: 5
close: ok
END
expect v3 more <<END
ping: ENOSYS: ringcall: people.ping: $lacks "people"; $remedy
ping: the answer is 0
later: ENOSYS: ringcall: people.later: $lacks "people"; $remedy
later_async: ENOSYS: ringcall: people.later: $lacks "people"; $remedy
later_note: ENOSYS: ringcall: people.later_note: $lacks "people"; $remedy
twice: ok
ping: ENOSYS: ringcall: people.ping: $lacks "people"; $remedy
ping: the answer is 0
sent: 1
close: ok
END

# With nothing in common.
expect v1 nothing <<END
open: ENOSYS: $none ("people"), it has none at all; $register
END
expect v1 more <<END
open: ENOSYS: $none ("people"), it has "people_more"; $register
END
expect v3 nothing <<END
open: ENOSYS: $none ("people_more", "people"), it has none at all; $register
END

# Enums may grow at the receiver first.
works v1 sent_enum_grown
refused sent_enum_grown v1 \
	'enum people_colour: "PEOPLE_GREEN" is only here, and the worker would refuse it'
works received_enum_grown v1
refused v1 received_enum_grown \
	'enum people_mood: "PEOPLE_WORSE" is only there, and this program would refuse it'

# All else is refused, in both directions, and against a worker that has more methods as well.
both() {
	refused v1 "$1" "$2"
	refused v3 "$1" "$2"
	refused "$1" v1 "$3"
	refused "$1" v3 "$3"
}

both enum_changed 'enum people_colour: "PEOPLE_BLUE" is 4 here and 5 there' \
	'enum people_colour: "PEOPLE_BLUE" is 5 here and 4 there'
both field_added 'struct people_user: field "known" is only there' \
	'struct people_user: field "known" is only here'
both field_moved 'struct people_user: has field "age" here where it has "height" there' \
	'struct people_user: has field "height" here where it has "age" there'
both field_padded 'struct people_user: field "age" is u32 here and u64 there' \
	'struct people_user: field "age" is u64 here and u32 there'
both idempotent 'method "count" is RC_IDEMPOTENT only there' \
	'method "count" is RC_IDEMPOTENT only here'
both one_way 'method "clear" is RC_ONEWAY only there' \
	'method "clear" is RC_ONEWAY only here'
both method_inserted "method 2 is \"get\" here and \"inserted\" there, $end" \
	"method 2 is \"inserted\" here and \"get\" there, $end"
both method_removed "method 2 is \"get\" here and \"touch\" there, $end" \
	"method 2 is \"touch\" here and \"get\" there, $end"
both method_reordered "method 2 is \"get\" here and \"touch\" there, $end" \
	"method 2 is \"touch\" here and \"get\" there, $end"
both parameter_added 'people.paint: parameter "twice" is only there' \
	'people.paint: parameter "twice" is only here'
both parameter_changed 'people.paint: parameter "number" is u64 here and u32 there' \
	'people.paint: parameter "number" is u32 here and u64 there'
both reply_changed 'method "feel" returns enum:people_mood here and u32 there' \
	'method "feel" returns u32 here and enum:people_mood there'
both version 'has version 1 here and version 2 there' 'has version 2 here and version 1 there'

# What the worker calls of the host: what only one side has is missing, the rest works.
back() {
	local host=$1 worker_variant=$2 said
	checks=$((checks + 1))
	said=$(EVOLVE_WORKER=$worker_variant $folder/host_"$host" "./$worker" back)
	if ! diff <(printf '%s\n' "$said") -; then
		echo "FAIL: host $host, asked by worker $worker_variant"
		failures=$((failures + 1))
	fi
}

said='back: EREMOTEIO (it may have run): ringcall: people.ping: '
without='the host was built without it; build it from the newer header'
for host in v1 v2; do
	back $host v1 <<-END
		$said
		ask: 70, <nil>
	END
done
back v2 v2 <<END
$said
ask: 70, <nil>
askLater: 70, <nil>
tellLater: 70, <nil>
END
back v1 v2 <<END
$said
ask: 70, <nil>
askLater: 0, ringcall: people_host.ask_later: $without
tellLater: 70, ringcall: people_host.tell_later: $without
END
differs='people_host.ask: parameter "number" is u64 here and u32 there'
back host_changed v1 <<END
$said
ask: 0, ringcall: host service "people_host": $differs; $regenerate
END

echo "evolve_test.sh: $checks checks, $failures failures"
[ $failures -eq 0 ]
