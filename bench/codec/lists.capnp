# lists.h's messages in Cap'n Proto, for bench/codec.

@0xd1a4c0de5eed0001;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("cap");

struct Record {
  key @0 :Text;
  name @1 :Text;
  text @2 :Text;
}

struct Batch {
  records @0 :List(Record);
}

struct Block {
  bytes @0 :Data;
}
