// The two ends of an OpenSSL session that has no socket: memory from which it reads records, and memory into
// which it writes them.
#pragma once

#include "security/flat_buffer.h"
#include "security/openssl.h"

namespace klamm::security {

// What came from the wire. OpenSSL is given whole records only, so that it never holds a part of one itself:
// what waits for its rest waits here, and is counted.
class RecordBuffer {
 public:
  std::span<uint8_t> room(size_t size) { return bytes_.room(size); }
  void added(size_t count);
  void taken(size_t count);

  ByteView whole() const { return bytes_.view().first(whole_); }
  ByteView view() const { return bytes_.view(); }
  size_t capacity() const { return bytes_.capacity(); }

 private:
  FlatBuffer bytes_;
  size_t whole_ = 0;  // from the front, the bytes of whole records
};

struct WireBuffers {
  RecordBuffer in;
  FlatBuffer out;
  bool is_stopped = false;  // nothing more is read, though there may be something
  bool ran_dry = false;     // set when a read found nothing whole
};

// `buffers` outlives it.
BioPtr make_wire_bio(WireBuffers& buffers);

}  // namespace klamm::security
