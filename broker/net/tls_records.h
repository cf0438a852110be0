// TlsRecords: the records of a TLS connection as they can be told apart from outside, by their headers. A
// handshake is worth a step when a whole record has come, and not for each byte that a peer sends.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace klamm::broker::net {

class TlsRecords {
 public:
  // Takes the next bytes. Whether they complete a record, or show that these are no records at all.
  bool feed(ByteView bytes);

 private:
  bool feed_header(uint8_t byte);

  std::array<uint8_t, 5> header_{};
  size_t header_filled_ = 0;
  size_t left_ = 0;       // of the present record, behind its header
  bool foreign_ = false;  // no records: who reads them is to say so
};

}  // namespace klamm::broker::net
