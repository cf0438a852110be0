// klamm.log.levels: what loggers begin with, and what becomes of it while the node runs.
#include "tests/testing.h"

#include "broker/config/loggers.h"
#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

constexpr std::string_view kLevels = "klamm.log.levels";

// "WARN" of the logger, as DescribeConfigs shows it.
std::string shown_level(const BrokerLoggers& loggers, std::string_view name) {
  for (const DescribedConfig& logger : loggers.describe()) {
    if (logger.name == name) return logger.value.value_or("null");
  }
  return "none";
}

struct LevelsFixture : ConfigFixture {
  ~LevelsFixture() { set_log_level(LogLevel::kInfo); }

  std::vector<LoggerLevel> levels(const std::string& text) {
    return node({{std::string(kLevels), text}}).admin.logger_levels;
  }
  std::string refused(const std::string& text) { return refusal({{std::string(kLevels), text}}); }
};

constexpr int8_t kSetLevel = 0, kDeleteLevel = 1;

}  // namespace

TEST_CASE_METHOD(LevelsFixture, "levels of loggers are a list, in whatever letters and with blanks") {
  REQUIRE(levels("").empty());
  REQUIRE(levels("root=WARN") == std::vector<LoggerLevel>{{"root", LogLevel::kWarn}});
  REQUIRE(levels(" root = warn ,, kafka.network.RequestChannel$=Off,root=TRACE,") ==
          std::vector<LoggerLevel>{{"root", LogLevel::kWarn},
                                   {"kafka.network.RequestChannel$", LogLevel::kOff},
                                   {"root", LogLevel::kTrace}});
}

TEST_CASE_METHOD(LevelsFixture, "a wrong level stops the start, with what would be right") {
  REQUIRE(refused("kafka=INFO,kafka.controller=LOUD") ==
          "klamm.log.levels: 'LOUD' is no level for kafka.controller; write one of OFF, FATAL, ERROR, WARN, "
          "INFO, DEBUG, TRACE");
  REQUIRE(refused("root=") ==
          "klamm.log.levels: '' is no level for root; write one of OFF, FATAL, ERROR, WARN, INFO, DEBUG, "
          "TRACE");
  for (const std::string wrong : {"WARN", "=WARN"}) {
    REQUIRE(refused(wrong) ==
            "klamm.log.levels: '" + wrong + "' is not of the form LOGGER=LEVEL, as in root=WARN");
  }
}

TEST_CASE_METHOD(LevelsFixture, "loggers that are not here are told of in one line, with those that are") {
  REQUIRE(notices({{std::string(kLevels), "kafka.controller=INFO,kafka.root.logger.level=INFO"}}).empty());
  const std::string line =
      notices({{std::string(kLevels), "state.change.logger=TRACE,kafka=INFO,kafka.request.logger=WARN"}});
  REQUIRE(line.starts_with("klamm.log.levels: no logger is called state.change.logger, kafka.request.logger; "
                           "there are root, kafka, kafka.authorizer.logger, "));
  REQUIRE(line.ends_with(", org.apache.kafka.storage, kafka.controller, kafka.root.logger.level\n"));
}

TEST_CASE_METHOD(LevelsFixture, "loggers begin with the file's levels, and their descendants have them") {
  const BrokerLoggers loggers(
      levels("root=ERROR,kafka=DEBUG,kafka.network=FATAL,kafka.controller=OFF,nobody=TRACE,kafka=WARN"));
  REQUIRE(shown_level(loggers, "root") == "ERROR");
  REQUIRE(shown_level(loggers, "kafka.server") == "WARN");
  REQUIRE(shown_level(loggers, "kafka.network.RequestChannel$") == "FATAL");
  REQUIRE(shown_level(loggers, "org.apache.kafka.controller") == "OFF");
  REQUIRE(shown_level(loggers, "org.apache.kafka.raft") == "ERROR");
  loggers.take_effect();
  REQUIRE(log_level_of("broker/server.cc") == LogLevel::kWarn);
  REQUIRE(log_level_of("broker/net/acceptor.cc") == LogLevel::kFatal);
  REQUIRE(log_level_of("broker/active_controller.cc") == LogLevel::kOff);
  REQUIRE(log_level_of("storage/log.cc") == LogLevel::kError);
}

TEST_CASE_METHOD(LevelsFixture, "a log whose loggers are all off has no line") {
  BrokerLoggers(levels("root=OFF")).take_effect();
  REQUIRE_FALSE(log_enabled(LogLevel::kFatal));
}

TEST_CASE_METHOD(LevelsFixture, "a level that is deleted gives way to the ancestor's, not to the file's") {
  BrokerLoggers loggers(levels("root=WARN,kafka=ERROR,kafka.network=DEBUG"));
  auto change = [&](std::string_view name, int8_t operation, std::optional<std::string_view> level = {}) {
    const ConfigChange asked{name, operation, level};
    REQUIRE_FALSE(loggers.check("1", NodeId{1}, {&asked, 1}).has_value());
    loggers.apply({&asked, 1});
  };
  change("kafka.network", kSetLevel, "TRACE");
  REQUIRE(shown_level(loggers, "kafka.network") == "TRACE");
  change("kafka.network", kDeleteLevel);
  REQUIRE(shown_level(loggers, "kafka.network") == "ERROR");
  change("kafka", kDeleteLevel);
  REQUIRE(shown_level(loggers, "kafka.network") == "WARN");
  change("root", kSetLevel, "INFO");
  REQUIRE(log_level_of("broker/net/acceptor.cc") == LogLevel::kInfo);
}

TEST_CASE_METHOD(LevelsFixture, "OFF is a level of the file, and none of the API, as in Kafka") {
  const BrokerLoggers loggers(levels("root=OFF"));
  const ConfigChange off{"root", kSetLevel, "OFF"};
  REQUIRE(loggers.check("1", NodeId{1}, {&off, 1})->message ==
          "Cannot set the log level of root to OFF as it is not a supported log level. Valid log levels are "
          "DEBUG, ERROR, FATAL, INFO, TRACE, WARN");
}
