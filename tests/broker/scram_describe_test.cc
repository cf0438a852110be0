// DescribeUserScramCredentials, from a request's bytes to the answer's.
#include "tests/testing.h"

#include "broker/handlers/security.h"

#include "tests/broker/handler_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::DescribeUserScramCredentialsRequest;
using protocol::DescribeUserScramCredentialsResponse;

namespace {

constexpr int8_t kSha256 = 1, kSha512 = 2;

// Alice has both mechanisms, bob one.
struct ScramDescriber : HandlerFixture {
  AuthorizerRules rules;
  DescribeUserScramCredentialsRequest request;

  ScramDescriber() {
    publish({credential("bob", kSha256, 8192), credential("alice", kSha512, 4096),
             credential("alice", kSha256, 5000)});
  }
  static MetadataRecord credential(std::string_view user, int8_t mechanism, int32_t iterations) {
    protocol::UserScramCredentialRecord record;
    record.name = user;
    record.mechanism = mechanism;
    record.iterations = iterations;
    return record;
  }
  DescribeUserScramCredentialsResponse ask() {
    handle_describe_user_scram_credentials(
        request_of(request, 0), reply_to(DescribeUserScramCredentialsRequest::kKey, 0), {images, rules});
    return answer<DescribeUserScramCredentialsResponse>(0);
  }
  // "user code message mechanism/iterations ...; " of each user.
  std::string described() {
    const DescribeUserScramCredentialsResponse response = ask();
    REQUIRE(response.error_code == 0);
    std::string text;
    for (const auto& result : response.results) {
      text += std::string(result.user) + " " + std::to_string(result.error_code) +
              std::string(result.error_message.value_or("null"));
      for (const auto& info : result.credential_infos)
        text += " " + std::to_string(info.mechanism) + "/" + std::to_string(info.iterations);
      text += "; ";
    }
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(ScramDescriber, "SCRAM: all users are described where none is named") {
  SECTION("no list") { request.users.reset(); }
  SECTION("an empty list") { request.users->clear(); }
  REQUIRE(described() == "alice 0 1/5000 2/4096; bob 0 1/8192; ");
}

TEST_CASE_METHOD(ScramDescriber, "SCRAM: the users that are named are described") {
  request.users = {{"bob"}};
  REQUIRE(described() == "bob 0 1/8192; ");
}

TEST_CASE_METHOD(ScramDescriber,
                 "SCRAM: a user without credentials, or named twice, has an error of its own") {
  request.users = {{"carol"}, {"bob"}, {"alice"}, {"bob"}};
  REQUIRE(described() ==
          "alice 0 1/5000 2/4096; "
          "bob 92Cannot describe SCRAM credentials for the same user twice in a single request: bob; "
          "carol 91Attempt to describe a user credential that does not exist: carol; ");
}

TEST_CASE_METHOD(ScramDescriber, "SCRAM: who may not describe the cluster is told of nobody") {
  rules.enabled = true;
  request.users = {{"bob"}, {"alice"}};
  const auto response = ask();
  REQUIRE(response.error_code == 31);
  REQUIRE_FALSE(response.error_message.has_value());
  REQUIRE(response.results.size() == 2);
  REQUIRE(response.results[0].error_code == 31);
  REQUIRE(response.results[0].user == "");
  REQUIRE(response.results[0].credential_infos.empty());
}

TEST_CASE_METHOD(ScramDescriber,
                 "SCRAM: who names no user and may not describe the cluster gets the error alone") {
  rules.enabled = true;
  request.users.reset();
  const auto response = ask();
  REQUIRE(response.error_code == 31);
  REQUIRE(response.results.empty());
}
