#include "tests/testing.h"

#include "broker/state_machine.h"

#include <functional>
#include <string>
#include <utility>

using namespace klamm;
using namespace klamm::broker;
using protocol::ErrorCode;

namespace {

struct Letters {
  std::string text;
  void apply(ByteView record) { text += as_text(record); }
};

// Ends an append before it returns, or, while `slow`, when it is told to.
struct FakeLog final : ReplicatedLog<Bytes> {
  void append(const std::vector<Bytes>& records, bool, Appended appended) override {
    count = static_cast<int64_t>(records.size());
    open = std::move(appended);
    if (while_appending) while_appending();
    if (!slow) end_append();
  }
  void end_append() {
    if (refusal != ErrorCode::kNone) return std::exchange(open, {})(Error{refusal});
    end = end + count;
    std::exchange(open, {})(end);
  }
  Offset end{10};
  int64_t count = 0;
  bool slow = false;
  Appended open;
  ErrorCode refusal = ErrorCode::kNone;
  std::function<void()> while_appending;
};

struct Fixture {
  FakeLog log;
  StateMachineHost<Letters> host{log};
  std::string answers;

  Fixture() { host.lead({"x"}, Offset{10}); }
  void perform(const std::string& records, char name, int64_t deadline_ms = INT64_MAX) {
    BasicDecision<Bytes> decision;
    for (char c : records) decision.records.push_back(Bytes{static_cast<uint8_t>(c)});
    auto answer = [this, name](ErrorCode code) {
      answers += name;
      if (code != ErrorCode::kNone) answers += "!" + std::to_string(protocol::wire_value(code));
    };
    host.perform(decision, answer, deadline_ms);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a decision changes the pending state at once and is answered when committed") {
  perform("ab", '1');
  REQUIRE(host.pending().text == "xab");
  REQUIRE(answers.empty());
  host.on_committed({11});
  REQUIRE(answers.empty());
  host.on_committed({12});
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Fixture, "answers come in the order of the decisions") {
  perform("a", '1');
  perform("b", '2');
  perform("", '3');
  perform("c", '4');
  host.on_committed({12});
  REQUIRE(answers == "123");
  host.on_committed({13});
  REQUIRE(answers == "1234");
}

TEST_CASE_METHOD(Fixture,
                 "a decision without records waits for what it may have seen, and else for nothing") {
  perform("", '1');
  REQUIRE(answers == "1");
  perform("a", '2');
  perform("", '3');
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Fixture, "whoever waits is told when the leadership is lost, and the state is dropped") {
  perform("a", '1');
  perform("b", '2');
  host.resign(ErrorCode::kNotController);
  REQUIRE(answers == "1!412!41");
  REQUIRE_FALSE(host.leads());
  host.on_committed({12});
  REQUIRE(answers == "1!412!41");
}

TEST_CASE_METHOD(Fixture, "a new term starts from its own state, and answers nothing of the old one") {
  perform("a", '1');
  host.resign(ErrorCode::kNotController);
  host.lead({"y"}, Offset{11});
  perform("b", '2');
  REQUIRE(host.pending().text == "yb");
  host.on_committed({12});
  REQUIRE(answers == "1!412");
}

TEST_CASE_METHOD(Fixture, "what the log refuses is told and leaves no trace") {
  log.refusal = ErrorCode::kNotController;
  perform("a", '1');
  REQUIRE(answers == "1!41");
  REQUIRE(host.pending().text == "x");
}

TEST_CASE_METHOD(Fixture, "an answer may decide again") {
  BasicDecision<Bytes> decision;
  decision.records.push_back(Bytes{'a'});
  host.perform(decision, [this](ErrorCode) { perform("b", '2'); });
  host.on_committed({11});
  REQUIRE(answers.empty());
  host.on_committed({12});
  REQUIRE(answers == "2");
}

TEST_CASE_METHOD(Fixture, "records count when their append has ended, and not before") {
  log.slow = true;
  perform("a", '1');
  REQUIRE(host.is_appending());
  REQUIRE(host.pending().text == "x");
  log.end_append();
  REQUIRE(host.pending().text == "xa");
  REQUIRE(answers.empty());
  host.on_committed({11});
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Fixture, "an append that fails late leaves no trace") {
  log.slow = true;
  perform("a", '1');
  log.refusal = ErrorCode::kNotCoordinator;
  log.end_append();
  REQUIRE(answers == "1!16");
  REQUIRE(host.pending().text == "x");
  REQUIRE_FALSE(host.is_appending());
}

TEST_CASE_METHOD(Fixture, "an append that ends in a later term is none of that term's") {
  log.slow = true;
  perform("a", '1');
  host.resign(ErrorCode::kNotCoordinator);
  host.lead({"y"}, Offset{11});
  REQUIRE(answers.empty());
  log.end_append();
  REQUIRE(answers == "1!16");
  REQUIRE(host.pending().text == "y");
}

TEST_CASE_METHOD(Fixture, "a term may begin with records that are not committed yet") {
  host.resign(ErrorCode::kNotCoordinator);
  host.lead({"xa"}, Offset{11}, Offset{10});
  perform("", '1');
  REQUIRE(answers.empty());
  host.on_committed({11});
  REQUIRE(answers == "1");
}

TEST_CASE_METHOD(Fixture, "an answer whose time is over is given once, with the code of that") {
  perform("a", '1', 100);
  perform("b", '2', 200);
  REQUIRE(host.next_deadline_ms() == 100);
  host.expire(99, ErrorCode::kRequestTimedOut);
  REQUIRE(answers.empty());
  host.expire(100, ErrorCode::kRequestTimedOut);
  REQUIRE(answers == "1!7");
  REQUIRE(host.next_deadline_ms() == 200);
  host.on_committed({12});
  REQUIRE(answers == "1!72");
}

TEST_CASE_METHOD(Fixture, "where it is known what records make of the state they are not applied") {
  BasicDecision<Bytes> decision;
  decision.records.push_back(Bytes{'a'});
  log.slow = true;
  host.perform(decision, [](ErrorCode) {}, INT64_MAX, Letters{"known"});
  REQUIRE(host.pending().text == "x");
  log.end_append();
  REQUIRE(host.pending().text == "known");
}

TEST_CASE_METHOD(Fixture, "what records would make of the state of an earlier term is nothing to the next") {
  BasicDecision<Bytes> decision;
  decision.records.push_back(Bytes{'a'});
  log.slow = true;
  host.perform(decision, [](ErrorCode) {}, INT64_MAX, Letters{"known"});
  host.resign(ErrorCode::kNotCoordinator);
  host.lead({"y"}, Offset{11});
  log.end_append();
  REQUIRE(host.pending().text == "y");
}

// ---- what was wrong ----

TEST_CASE_METHOD(Fixture,
                 "a leadership that is lost during the append answers and does not touch the state") {
  log.while_appending = [this] { host.resign(ErrorCode::kNotController); };
  perform("a", '1');
  REQUIRE(answers == "1!41");
}
