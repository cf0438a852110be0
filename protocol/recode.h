// Decode, then encode: what each generated message offers to tests and fuzzers through the catalog.
#pragma once

#include "protocol/wire.h"

namespace klamm::protocol {

// False unless `in` is exactly one message of that version. Appends to `out`.
template <class Message>
bool recode(ByteView in, int16_t version, Bytes& out) {
  if (version < Message::kVersionMin || version > Message::kVersionMax) return false;
  Reader reader(in);
  Message message;
  message.read(reader, version);
  if (!reader.ok() || reader.remaining() != 0) return false;
  Writer writer(out);
  message.write(writer, version);
  return true;
}

}  // namespace klamm::protocol
