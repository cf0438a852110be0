#include "broker/config/java_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "broker/config/text.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kNoJvm =
    "there is no JVM, and no heap to size (klamm.memory.bytes bounds what requests may hold)";
constexpr std::string_view kNoJmx = "there is no JMX; klamm.admin.listener has /metrics instead";
constexpr std::string_view kNoLog4j = "no file of log4j is read; klamm.log.levels has levels of loggers";

constexpr std::string_view kOptions = "KAFKA_OPTS";

struct JavaVariable {
  std::string_view name;
  LogLevel level;  // a warning where somebody may miss what it was for
  std::string_view why;
};
constexpr JavaVariable kVariables[] = {
    {"KAFKA_HEAP_OPTS", LogLevel::kInfo, kNoJvm},
    {"KAFKA_JVM_PERFORMANCE_OPTS", LogLevel::kInfo, kNoJvm},
    {"KAFKA_GC_LOG_OPTS", LogLevel::kInfo, kNoJvm},
    {kOptions, LogLevel::kInfo, kNoJvm},
    {"KAFKA_JMX_OPTS", LogLevel::kInfo, kNoJmx},
    {"KAFKA_JMX_PORT", LogLevel::kInfo, kNoJmx},
    {"KAFKA_JMX_HOSTNAME", LogLevel::kInfo, kNoJmx},
    {"JMX_PORT", LogLevel::kInfo, kNoJmx},
    {"KAFKA_LOG4J_OPTS", LogLevel::kWarn, kNoLog4j},
};

// Java's own properties, of which the JAAS file's name is the only one that a node reads. Any others may be
// what that file has in its ${}.
constexpr std::string_view kPropertiesOfJava[] = {"-Dcom.sun.", "-Djava.",  "-Djavax.",
                                                  "-Djdk.",     "-Dlog4j.", "-Dsun."};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_java_word(std::string_view word) {
  if (!word.starts_with("-D")) return !word.empty();
  if (word.starts_with("-Djava.security.auth.login.config=")) return false;
  return std::ranges::any_of(kPropertiesOfJava, [&](std::string_view of_java) {
    return word.starts_with(of_java);
  });
}

// The words of KAFKA_OPTS that are for a JVM; of properties the names alone, since there are passwords among
// their values (see JaasFile for those that are read).
std::vector<std::string> java_words(std::string_view options) {
  std::vector<std::string> words;
  for (size_t i = 0; i < options.size();) {
    size_t end = i;
    while (end < options.size() && !is_blank(options[end])) ++end;
    const std::string_view word = options.substr(i, end - i);
    const bool is_property = word.starts_with("-D");
    if (is_java_word(word)) words.emplace_back(is_property ? word.substr(0, word.find('=')) : word);
    i = end + 1;
  }
  return words;
}

// What is ignored of a variable; empty where nothing is.
std::string ignored_of(std::string_view name, std::string_view value) {
  if (name != kOptions) return value.empty() ? "" : std::string(name);
  const std::vector<std::string> words = java_words(value);
  return words.empty() ? "" : fmt::format("{} in {}", join(words, ", "), name);
}

}  // namespace

bool is_for_java(std::string_view variable) {
  return std::ranges::find(kVariables, variable, &JavaVariable::name) != std::end(kVariables);
}

std::vector<Notice> java_notices(const Environment& environment) {
  std::vector<Notice> notices;
  for (const JavaVariable& variable : kVariables) {
    const auto found = environment.find(std::string(variable.name));
    if (found == environment.end()) continue;
    const std::string ignored = ignored_of(variable.name, found->second);
    if (!ignored.empty()) {
      notices.push_back({variable.level, fmt::format("{} ignored: {}", ignored, variable.why)});
    }
  }
  return notices;
}

}  // namespace klamm::broker
