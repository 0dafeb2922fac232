#!/bin/sh
# SPDX-License-Identifier: MIT
#
# both_test.sh - Go calls the host back, as a worker and in the process.
set -eu
cd examples/both

expected="1970-01-02: a bag of tea, a litre of milk, 569 cents
ringcall: shop.sell: sold out: ringcall: shop_store.find: no gold on any shelf"

for endpoint in worker:./shop-worker cgo:./libshop_loaded.so ring:./libshop_loaded.so; do
	said=$(./main "$endpoint")
	if [ "$said" != "$expected" ]; then
		echo "$endpoint: $said"
		exit 1
	fi
done
