// Every message in every version, from the catalog: never a crash; what is understood is written so that it
// is understood the same again; and decoding allocates at most a small multiple of its bytes
// (CVE-2026-111108).
//
// An input is u16 (which message), u8 (which version), and the message. Now and then the mutator throws the
// input away for a random instance that Klamm wrote, so that all messages are reached without a stored
// corpus; or for one that breaks off in a large count and many of the smallest elements.
#include <algorithm>

#include "base/check.h"
#include "protocol/catalog.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/protocol/instances/instance_random.h"

using namespace klamm;
using namespace klamm::protocol;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

// What decoding and encoding may allocate together, per byte of input and beside it: the Reader's allowance
// for the vectors, and what a growing output costs.
constexpr size_t kAllocatedPerByte = Reader::kAllowancePerByte + 3;
constexpr size_t kAllocatedMin = Reader::kAllowanceMin + 4096;

const MessageInfo& message_of(const uint8_t* data) { return messages()[load_be16(data) % messages().size()]; }

int16_t version_of(const MessageInfo& info, const uint8_t* data) {
  return static_cast<int16_t>(info.version_min + data[2] % (info.version_max - info.version_min + 1));
}

// An array that fills the rest of the input: empty strings and arrays are 1 in compact form, 0 in the old
// one.
void end_in_large_array(Bytes& bytes, bool compact, size_t size, SeededRandom& random) {
  // The large arrays mostly stand near the beginning.
  bytes.resize(random.below((random.one_in(2) ? std::min<size_t>(bytes.size(), 8) : bytes.size()) + 1));
  if (bytes.size() + 8 >= size) return;
  Writer(bytes).array(compact, size - bytes.size() - 8);
  bytes.resize(size, compact ? 1 : 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const MessageInfo& info = message_of(data);
  const int16_t version = version_of(info, data);
  const ByteView bytes(data + 3, size - 3);

  Bytes once, twice;
  {
    const size_t limit = bytes.size() * kAllocatedPerByte + kAllocatedMin;
    MemoryBound bound(limit);
    const bool understood = info.recode(bytes, version, once);
    // All that is allocated counts, not only what is held at once.
    CHECK(bound.allocated() <= limit);
    if (!understood) return 0;
  }
  if (info.recode(once, version, twice)) {
    CHECK(once == twice);
  } else {
    // Skipped tags had paid for some of the memory.
    CHECK(once.size() < bytes.size());
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t size_max, unsigned int seed) {
  SeededRandom random(seed);
  if (size >= 3 && !random.one_in(4)) return 3 + LLVMFuzzerMutate(data + 3, size - 3, size_max - 3);
  if (size_max < 3) return LLVMFuzzerMutate(data, size, size_max);
  for (int i = 0; i < 3; ++i) data[i] = static_cast<uint8_t>(random.next());
  const MessageInfo& info = message_of(data);
  InstanceRandom instance(random.next());
  Bytes bytes;
  write_random()[load_be16(data) % messages().size()](instance, version_of(info, data), bytes);
  if (random.one_in(2)) {
    end_in_large_array(bytes, version_of(info, data) >= info.flexible_from, size_max - 3, random);
  }
  const size_t kept = std::min(bytes.size(), size_max - 3);
  std::copy_n(bytes.begin(), kept, data + 3);
  return 3 + kept;
}
