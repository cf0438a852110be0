// AlterUserScramCredentials as the controller decides it.
#include "tests/testing.h"

#include "broker/controller/scram.h"

#include "security/scram.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterUserScramCredentialsRequest;

namespace {

using Deletion = AlterUserScramCredentialsRequest::ScramCredentialDeletion;
using Upsertion = AlterUserScramCredentialsRequest::ScramCredentialUpsertion;

constexpr int8_t kSha256 = 1, kSha512 = 2;

// A controller that has no credentials at first; what is decided is applied.
struct ScramController {
  ClusterImage image;
  ControllerConfig config;
  SeededRandom random{1};
  size_t written = 0;
  const Bytes salt = Bytes(20, 7);
  const Bytes salted = Bytes(64, 9);

  ControllerView view() { return {image, config, random, {}}; }
  Upsertion upsertion(std::string_view user, int8_t mechanism = kSha512, int32_t iterations = 4096) const {
    return {user, mechanism, iterations, salt, salted};
  }
  // "user code message; " of each user.
  std::string alter(std::vector<Deletion> deletions, std::vector<Upsertion> upsertions) {
    const AlterUserScramCredentialsRequest request{std::move(deletions), std::move(upsertions)};
    auto decided = decide_alter_user_scram_credentials(view(), request);
    written = decided.decision.records.size();
    for (const Bytes& bytes : decided.decision.records) {
      auto record = protocol::read_metadata_record(bytes);
      REQUIRE(record.has_value());
      REQUIRE(image.apply(*record).ok());
    }
    std::string text;
    for (const auto& result : decided.response.results) {
      text += std::string(result.user) + " " + std::to_string(result.error_code) + " " +
              std::string(result.error_message.value_or("-")) + "; ";
    }
    return text;
  }
  std::string put(std::string_view user, int8_t mechanism = kSha512, int32_t iterations = 4096) {
    return alter({}, {upsertion(user, mechanism, iterations)});
  }
};

const std::string kTwice = "92 A user credential cannot be altered twice in the same request; ";

}  // namespace

TEST_CASE_METHOD(ScramController, "SCRAM: what is kept of a password checks it and is not it") {
  REQUIRE(put("alice", kSha256, 8192) == "alice 0 -; ");
  const ScramCredential* kept = image.scram().find(ScramMechanism::kSha256, "alice");
  REQUIRE(kept != nullptr);
  const auto expected =
      security::scram_verifier(static_cast<security::ScramMechanism>(kSha256), salted, salt, 8192);
  REQUIRE(kept->salt == salt);
  REQUIRE(kept->stored_key == expected.stored_key);
  REQUIRE(kept->server_key == expected.server_key);
  REQUIRE(kept->iterations == 8192);
}

TEST_CASE_METHOD(ScramController,
                 "SCRAM: a credential that is there is replaced, the other mechanism's stays") {
  put("alice", kSha256);
  put("alice", kSha512);
  REQUIRE(put("alice", kSha512, 5000) == "alice 0 -; ");
  REQUIRE(image.scram().find(ScramMechanism::kSha512, "alice")->iterations == 5000);
  REQUIRE(image.scram().find(ScramMechanism::kSha256, "alice")->iterations == 4096);
}

TEST_CASE_METHOD(ScramController, "SCRAM: iterations are 4096 to 16384") {
  REQUIRE(put("alice", kSha512, 4095) == "alice 93 Too few iterations; ");
  REQUIRE(put("alice", kSha512, -1) == "alice 93 Too few iterations; ");
  REQUIRE(put("alice", kSha512, 16385) == "alice 93 Too many iterations; ");
  REQUIRE(written == 0);
  REQUIRE(put("alice", kSha512, 16384) == "alice 0 -; ");
}

TEST_CASE_METHOD(ScramController, "SCRAM: a user has a name, and a mechanism is one of two") {
  REQUIRE(put("", 9) == " 93 Username must not be empty; ");
  REQUIRE(put("alice", 0) == "alice 33 Unknown SCRAM mechanism; ");
  REQUIRE(put("alice", 3, 1) == "alice 33 Unknown SCRAM mechanism; ");
  REQUIRE(alter({{"alice", 7}}, {}) == "alice 33 Unknown SCRAM mechanism; ");
}

TEST_CASE_METHOD(ScramController, "SCRAM: a credential is deleted once it is there") {
  REQUIRE(alter({{"alice", kSha512}}, {}) ==
          "alice 91 Attempt to delete a user credential that does not exist; ");
  put("alice", kSha512);
  REQUIRE(alter({{"alice", kSha256}}, {}).starts_with("alice 91 "));
  REQUIRE(alter({{"alice", kSha512}}, {}) == "alice 0 -; ");
  REQUIRE(image.scram().credentials().empty());
}

TEST_CASE_METHOD(ScramController,
                 "SCRAM: a user that is named twice is not altered, whatever the mechanisms") {
  put("alice");
  SECTION("put twice") {
    REQUIRE(alter({}, {upsertion("alice", kSha256), upsertion("alice", kSha512)}) == "alice " + kTwice);
  }
  SECTION("deleted and put") {
    REQUIRE(alter({{"alice", kSha512}}, {upsertion("alice", kSha256)}) == "alice " + kTwice);
  }
  SECTION("deleted twice") {
    REQUIRE(alter({{"alice", kSha512}, {"alice", kSha512}}, {}) == "alice " + kTwice);
  }
  SECTION("three times") {
    const Upsertion one = upsertion("alice");
    REQUIRE(alter({}, {one, one, one}) == "alice " + kTwice);
  }
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(ScramController, "SCRAM: who was refused first keeps that error") {
  REQUIRE(alter({{"alice", kSha512}}, {upsertion("alice")}) ==
          "alice 91 Attempt to delete a user credential that does not exist; ");
}

TEST_CASE_METHOD(ScramController, "SCRAM: what is wrong with one user does not keep the others from it") {
  put("dora");
  REQUIRE(alter({{"dora", kSha512}}, {upsertion("bob", kSha512, 1), upsertion("carol")}) ==
          "dora 0 -; carol 0 -; bob 93 Too few iterations; ");
  REQUIRE(written == 2);
}

TEST_CASE_METHOD(ScramController, "SCRAM: a password that was salted to nothing is refused") {
  Upsertion empty = upsertion("alice");
  empty.salted_password = {};
  REQUIRE(alter({}, {empty}) == "alice -1 -; ");
  REQUIRE(written == 0);
}

TEST_CASE_METHOD(ScramController, "SCRAM: a metadata.version below 3.5-IV2 has no credentials") {
  image = image_of({feature("metadata.version", 10)});
  REQUIRE(put("alice") == "alice 35 The current metadata.version does not support SCRAM; ");
  REQUIRE(alter({}, {upsertion("alice"), upsertion("alice")}).starts_with("alice 35 "));
  image = image_of({feature("metadata.version", 11)});
  REQUIRE(put("alice") == "alice 0 -; ");
}

TEST_CASE_METHOD(ScramController,
                 "SCRAM: a request that is refused as a whole is refused for each user once") {
  const AlterUserScramCredentialsRequest request{{{"b", kSha512}, {"a", kSha512}}, {upsertion("b")}};
  const auto response = refused(request, ErrorCode::kNotController);
  REQUIRE(response.results.size() == 2);
  REQUIRE(response.results[0].user == "a");
  REQUIRE(response.results[1].error_code == 41);
  REQUIRE_FALSE(response.results[1].error_message.has_value());
}
