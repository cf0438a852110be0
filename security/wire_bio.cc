#include "security/wire_bio.h"

#include <algorithm>
#include <cstring>

namespace klamm::security {

namespace {

constexpr size_t kRecordHead = 5;
// Of TLS 1.2, whose ciphers may add more than those of 1.3.
constexpr size_t kRecordBodyMax = 16 * 1024 + 2048;

WireBuffers& buffers_of(BIO* bio) { return *static_cast<WireBuffers*>(BIO_get_data(bio)); }

int read_wire(BIO* bio, char* into, size_t size, size_t* count) {
  BIO_clear_retry_flags(bio);
  WireBuffers& buffers = buffers_of(bio);
  const ByteView whole = buffers.in.whole();
  if (whole.empty() || buffers.is_stopped) {
    BIO_set_retry_read(bio);
    buffers.ran_dry = true;
    *count = 0;
    return 0;
  }
  *count = std::min(size, whole.size());
  std::memcpy(into, whole.data(), *count);
  buffers.in.taken(*count);
  return 1;
}

int write_wire(BIO* bio, const char* from, size_t size, size_t* count) {
  BIO_clear_retry_flags(bio);
  buffers_of(bio).out.append({reinterpret_cast<const uint8_t*>(from), size});
  *count = size;
  return 1;
}

long control_wire(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create_wire(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "klamm wire");
  CHECK(method != nullptr);
  BIO_meth_set_read_ex(method, &read_wire);
  BIO_meth_set_write_ex(method, &write_wire);
  BIO_meth_set_ctrl(method, &control_wire);
  BIO_meth_set_create(method, &create_wire);
  return method;
}

}  // namespace

void RecordBuffer::added(size_t count) {
  bytes_.added(count);
  const ByteView view = bytes_.view();
  while (view.size() >= whole_ + kRecordHead) {
    const size_t body = load_be16(&view[whole_ + 3]);
    // No such record will be accepted: there is nothing to wait for.
    if (body > kRecordBodyMax) {
      whole_ = view.size();
      return;
    }
    if (view.size() - whole_ - kRecordHead < body) return;
    whole_ += kRecordHead + body;
  }
}

void RecordBuffer::taken(size_t count) {
  CHECK(count <= whole_);
  whole_ -= count;
  bytes_.taken(count);
}

BioPtr make_wire_bio(WireBuffers& buffers) {
  static const BIO_METHOD* const method = make_method();
  BioPtr bio(BIO_new(method));
  CHECK(bio != nullptr);
  BIO_set_data(bio.get(), &buffers);
  return bio;
}

}  // namespace klamm::security
