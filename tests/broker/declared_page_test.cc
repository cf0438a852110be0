#include "tests/testing.h"

#include "broker/scrape/declared_page.h"

using namespace klamm::broker;
using klamm::broker::metrics::Exposition;

namespace {

DeclaredObjectStatus object(std::string kind, DeclaredObjectStatus::State state) {
  DeclaredObjectStatus object;
  object.kind = std::move(kind);
  object.name = "a";
  object.state = state;
  return object;
}

}  // namespace

TEST_CASE("a node where nothing is declared says so, and tells no metrics of it") {
  REQUIRE(scrape::answer_declared(nullptr).status == 404);
  Exposition out(metrics::Format::kText);
  scrape::write_declared(nullptr, out);
  REQUIRE(out.size() == 0);
}

TEST_CASE("what has become of what is declared is JSON, and counted by kind and state") {
  DeclaredStatus status;
  status.objects = {object("KafkaTopic", DeclaredObjectStatus::State::kEqual),
                    object("KafkaTopic", DeclaredObjectStatus::State::kEqual),
                    object("KafkaUser", DeclaredObjectStatus::State::kFailed)};
  status.changes = 3;
  const AdminAnswer answer = scrape::answer_declared(&status);
  REQUIRE(answer.status == 200);
  REQUIRE(answer.content_type == "application/json");
  REQUIRE(answer.body == to_json(status));
  Exposition out(metrics::Format::kText);
  scrape::write_declared(&status, out);
  const std::string text = out.take();
  REQUIRE(text.find("klamm_declared_objects{kind=\"KafkaTopic\",state=\"Equal\"} 2\n") != std::string::npos);
  REQUIRE(text.find("klamm_declared_objects{kind=\"KafkaUser\",state=\"Failed\"} 1\n") != std::string::npos);
  REQUIRE(text.find("klamm_declared_changes_total 3\n") != std::string::npos);
}
