#include "tests/testing.h"

#include "broker/state_machine.h"

#include <string>

using namespace klamm;
using namespace klamm::broker;
using protocol::ErrorCode;

namespace {

struct Letters {
  std::string text;
  void apply(ByteView record) { text += as_text(record); }
};

struct FakeLog final : ReplicatedLog {
  protocol::Outcome<Offset> append(const std::vector<Bytes>& records, bool) override {
    if (refusal != ErrorCode::kNone) return Error{refusal};
    end = end + static_cast<int64_t>(records.size());
    if (while_appending) while_appending();
    return end;
  }
  Offset end{10};
  ErrorCode refusal = ErrorCode::kNone;
  std::function<void()> while_appending;
};

struct Fixture {
  FakeLog log;
  StateMachineHost<Letters> host{log};
  std::string answers;

  Fixture() { host.lead({"x"}, Offset{10}); }
  void perform(const std::string& records, char name) {
    Decision decision;
    for (char c : records) decision.records.push_back(Bytes{static_cast<uint8_t>(c)});
    host.perform(decision, [this, name](ErrorCode code) {
      answers += name;
      if (code != ErrorCode::kNone) answers += "!" + std::to_string(protocol::wire_value(code));
    });
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
  Decision decision;
  decision.records.push_back(Bytes{'a'});
  host.perform(decision, [this](ErrorCode) { perform("b", '2'); });
  host.on_committed({11});
  REQUIRE(answers.empty());
  host.on_committed({12});
  REQUIRE(answers == "2");
}

// ---- what was wrong ----

TEST_CASE_METHOD(Fixture,
                 "a leadership that is lost during the append answers and does not touch the state") {
  log.while_appending = [this] { host.resign(ErrorCode::kNotController); };
  perform("a", '1');
  REQUIRE(answers == "1!41");
}
