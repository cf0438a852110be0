// Messages of the metadata quorum that were cut or changed on the way, by a seed. None may be taken for what
// Raft cannot bear; what is taken must mean the same when it is sent again.
#include "tests/testing.h"

#include "tests/broker/hex.h"
#include "tests/broker/quorum_messages.h"

namespace klamm::broker {
namespace {

using namespace testing;

constexpr int kRounds = 3000;

int16_t random_version(size_t kind, Random& random) {
  const VersionRange versions = versions_of_kind(kind);
  return static_cast<int16_t>(versions.min + static_cast<int16_t>(random.below(
                                                 static_cast<uint64_t>(versions.max - versions.min) + 1)));
}

// Bytes that numbers turn over at.
uint8_t edge_byte(Random& random) {
  static constexpr uint8_t kEdges[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  return kEdges[random.below(std::size(kEdges))];
}

void mutate_once(Bytes& bytes, Random& random) {
  if (bytes.empty()) return bytes.push_back(edge_byte(random));
  const size_t at = random.below(bytes.size());
  const auto place = bytes.begin() + static_cast<ptrdiff_t>(at);
  switch (random.below(5)) {
    case 0:
      bytes[at] ^= static_cast<uint8_t>(1U << random.below(8));
      break;
    case 1:
      bytes[at] = edge_byte(random);
      break;
    case 2:
      bytes.erase(place);
      break;
    case 3:
      bytes.insert(place, edge_byte(random));
      break;
    default:
      std::fill(place, place + static_cast<ptrdiff_t>(std::min<size_t>(8, bytes.size() - at)), 0xff);
  }
}

Bytes mutated(Bytes bytes, Random& random) {
  for (uint64_t n = 1 + random.below(3); n > 0; --n) mutate_once(bytes, random);
  return bytes;
}

Bytes random_answer(size_t kind, int16_t version, Random& random) {
  const raft::Response response = random_response(kind, random);
  const Bytes records = bytes_for(response, random);
  return encoded(QuorumAnswer(response, at_h, {records}), version);
}

Epoch epoch_of(const raft::Response& response) {
  return std::visit([](const auto& known) { return known.epoch; }, response);
}

TEST_CASE("A request that ends early is none") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 100);
  for (int i = 0; i < 20; ++i) {
    const int16_t version = random_version(kind, random);
    const Bytes whole = encoded(random_request(kind, random), version);
    for (size_t size = 0; size < whole.size(); ++size) {
      auto came = decoded_request(kind, version, ByteView(whole).first(size));
      REQUIRE_FALSE(came.ok());
      REQUIRE_FALSE(came.error().answer.has_value());
    }
  }
}

TEST_CASE("A response that ends early is none") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 100);
  for (int i = 0; i < 20; ++i) {
    const int16_t version = random_version(kind, random);
    const Bytes whole = random_answer(kind, version, random);
    for (size_t size = 0; size < whole.size(); ++size) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      REQUIRE_FALSE(decoded_response(kind, version, cut).ok());
    }
  }
}

TEST_CASE("A changed request is refused, or means the same when it is sent again") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 200);
  int taken = 0;
  for (int i = 0; i < kRounds; ++i) {
    const int16_t version = random_version(kind, random);
    auto came =
        decoded_request(kind, version, mutated(encoded(random_request(kind, random), version), random));
    if (!came) {
      REQUIRE_FALSE(came.error().why.empty());
      if (came.error().answer) REQUIRE_FALSE(encoded(*came.error().answer, version).empty());
      continue;
    }
    ++taken;
    // A mutation may make a pre-vote, which has version 2 alone.
    const Bytes again = encoded(came->request, version);
    REQUIRE(hex(encoded(decoded_request(kind, version, again)->request, version)) == hex(again));
  }
  REQUIRE(taken > kRounds / 20);
}

TEST_CASE("A changed response is refused, or means the same when it is sent again") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 300);
  int taken = 0;
  for (int i = 0; i < kRounds; ++i) {
    const int16_t version = random_version(kind, random);
    auto came = decoded_response(kind, version, mutated(random_answer(kind, version, random), random));
    if (!came) {
      REQUIRE_FALSE(came.error().message.empty());
      continue;
    }
    ++taken;
    REQUIRE(epoch_of(came->response) >= kNoEpoch);
    REQUIRE(epoch_of(came->response) < kLastEpoch);
    const Bytes again = encoded_again(*came, version);
    REQUIRE(hex(encoded_again(*decoded_response(kind, version, again), version)) == hex(again));
  }
  REQUIRE(taken > kRounds / 20);
}

TEST_CASE("Noise is no message") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 400);
  for (int i = 0; i < kRounds; ++i) {
    Bytes noise(random.below(200));
    for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random.next());
    const int16_t version = random_version(kind, random);
    auto request = decoded_request(kind, version, noise);
    REQUIRE((!request.ok() && !request.error().why.empty()));
  }
}

TEST_CASE("Batches that were changed are refused, or are whole and have a place in a log") {
  SeededRandom random(500);
  for (int i = 0; i < kRounds; ++i) {
    raft::FetchResponse response{.leader = {3}, .epoch = {5}, .read = raft::ReadSpan{}};
    const Bytes records = mutated(bytes_for(response, random), random);
    auto came = decoded_response(3, 18, encoded(QuorumAnswer(response, at_h, {records}), 18));
    if (!came) continue;
    for (const raft::Batch& batch : std::get<raft::FetchResponse>(came->response).batches) {
      const protocol::BatchView view(std::get<raft::Payload>(batch.content).bytes);
      REQUIRE(view.crc_matches());
      REQUIRE(batch.base_offset >= Offset{0});
      REQUIRE(batch.record_count > 0);
      REQUIRE(batch.end() > batch.base_offset);
    }
  }
}

}  // namespace
}  // namespace klamm::broker
