#include "tests/testing.h"

#include "protocol/catalog.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

constexpr int kInstances = 200;

// Calls `visit(info, version, bytes)` with random instances of every message in every version.
template <class Visit>
void for_random_instances(int instances, Visit visit) {
  const auto table = messages();
  REQUIRE(table.size() == write_random().size());
  for (size_t i = 0; i < table.size(); ++i) {
    for (int16_t version = table[i].version_min; version <= table[i].version_max; ++version) {
      for (int n = 0; n < instances; ++n) {
        InstanceRandom random(static_cast<uint64_t>(n) * 1'000'003 + i * 101 +
                              static_cast<uint64_t>(version));
        Bytes bytes;
        write_random()[i](random, version, bytes);
        visit(table[i], version, bytes);
      }
    }
  }
}

TEST_CASE("every message in every version comes back as it was written") {
  for_random_instances(kInstances, [](const MessageInfo& info, int16_t version, const Bytes& bytes) {
    Bytes again;
    const bool same = info.recode(bytes, version, again) && again == bytes;
    if (!same) FAIL(info.name << " " << version);
  });
}

TEST_CASE("a message cut at any byte is refused") {
  for_random_instances(3, [](const MessageInfo& info, int16_t version, const Bytes& bytes) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      // A copy of its own, so that the sanitizer sees a read past the cut.
      Bytes cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)), out;
      if (info.recode(cut, version, out)) FAIL(info.name << " " << version << " cut at " << size);
    }
  });
}

}  // namespace
}  // namespace klamm::protocol
