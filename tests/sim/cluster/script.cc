#include "tests/sim/cluster/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <sstream>
#include <utility>

namespace klamm::sim::cluster {
namespace {

constexpr int32_t kNodesMax = 9;
constexpr size_t kDigitsOfSecond = 6;

struct Verb {
  std::string_view what;
  size_t numbers = 0;  // the first is a node's, or, where nodes and clients are reached, a client's place
  bool has_path = false;
};
constexpr Verb kVerbs[] = {
    {"kill", 1},
    {"lose-power", 1},
    {"lose-all-power", 0},
    {"start", 1},
    {"start-without-snapshots", 1},
    {"start-with-disks-of", 2},  // whose
    {"start-second", 1},         // another process of one that runs
    {"configure", 2},            // which other settings, from the next start on
    {"move", 1},                 // to other ports, or back, with the next start
    {"stop", 1},
    {"pause", 2},          // for so many ms
    {"cut", 3},            // who does not reach whom, ms
    {"slow-network", 2},   // ms
    {"slow-receiver", 3},  // a node or a client; bytes that it reads in a ms, ms
    {"reset", 1},
    {"slow-disk", 3},     // ms for each step of it, ms
    {"fail-syncs", 3},    // 1: of the data, 0: of the metadata; how many
    {"fail-writes", 3},   // likewise
    {"fail-reads", 3},    // likewise
    {"end-failures", 1},  // and power
    {"fill-disk", 3},     // bytes that are left, ms
    {"wipe", 1},
    {"back-up", 1},
    {"restore", 2},    // 0: all, 1: of two disks that of the data, 2: that of the metadata
    {"set-clock", 2},  // ms that it is ahead
    {"flip-bit", 3, true},         // byte, bit, file
    {"lose-write", 2, true},       // the sector's first byte, file
    {"misdirect-write", 3, true},  // the same, and of the sector that gets it, file
    {"start-twin", 2},             // 1: with a copy of its disks, 0: with new ones
    {"give-way", 1},               // to its twin: it dies
    {"end-twin", 1},
};

const Verb* verb_of(std::string_view what) {
  const auto* const found = std::ranges::find(kVerbs, what, &Verb::what);
  return found == std::end(kVerbs) ? nullptr : found;
}

template <class Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_time(std::string_view text, int64_t& at) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point != kDigitsOfSecond + 1) return false;
  int64_t seconds = 0, rest = 0;
  if (!read(text.substr(0, point), seconds) || !read(text.substr(point + 1), rest)) return false;
  if (seconds < 0 || rest < 0) return false;
  at = seconds * kSecond + rest;
  return true;
}

bool read_step(const std::vector<std::string>& words, TimedStep& timed) {
  if (words.size() < 2 || !read_time(words[0], timed.at)) return false;
  const Verb* const verb = verb_of(words[1]);
  if (verb == nullptr || words.size() != 2 + verb->numbers + (verb->has_path ? 1 : 0)) return false;
  timed.step.what = words[1];
  for (size_t i = 0; i < verb->numbers; ++i) {
    int64_t number = 0;
    if (!read(words[2 + i], number)) return false;
    timed.step.numbers.push_back(number);
  }
  if (verb->has_path) timed.step.path = words.back();
  return true;
}

bool read_pair(const std::string& key, const std::string& value, Script& script) {
  if (key == "seed") return read(value, script.seed);
  if (key == "hours") return read(value, script.hours) && script.hours > 0;
  if (key == "minutes") return read(value, script.minutes) && script.minutes > 0;
  if (key == "combined") return read(value, script.plan.combined) && script.plan.combined >= 0;
  if (key == "controllers") return read(value, script.plan.controllers) && script.plan.controllers >= 0;
  if (key == "brokers") return read(value, script.plan.brokers) && script.plan.brokers >= 0;
  const bool is_set = value == "1";
  if (!is_set && value != "0") return false;
  if (key == "flushes") {
    script.plan.flushes = is_set;
  } else if (key == "two-disks") {
    script.plan.has_two_disks = is_set;
  } else if (key == "small-batches") {
    script.plan.small_batches = is_set;
  } else {
    return false;
  }
  return true;
}

bool read_head(const std::vector<std::string>& words, Script& script) {
  if (words[0] != "cluster" || words.size() % 2 == 0) return false;
  for (size_t i = 1; i < words.size(); i += 2) {
    if (!read_pair(words[i], words[i + 1], script)) return false;
  }
  const ClusterPlan& plan = script.plan;
  if (std::max({plan.combined, plan.controllers, plan.brokers}) > kNodesMax) return false;
  return plan.combined + plan.controllers > 0 && plan.combined + plan.brokers > 0 &&
         plan.combined + plan.controllers + plan.brokers <= kNodesMax;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

std::string text_of(const TimedStep& timed) {
  std::string text = fmt::format("{:>6}.{:06} {}", timed.at / kSecond, timed.at % kSecond, timed.step.what);
  for (const int64_t number : timed.step.numbers) text += fmt::format(" {}", number);
  if (!timed.step.path.empty()) text += " " + timed.step.path;
  return text;
}

std::string head_of(const Script& script) {
  return fmt::format(
      "cluster seed {} hours {} minutes {} combined {} controllers {} brokers {} flushes {} two-disks {} "
      "small-batches {}",
      script.seed, script.hours, script.minutes, script.plan.combined, script.plan.controllers,
      script.plan.brokers, script.plan.flushes ? 1 : 0, script.plan.has_two_disks ? 1 : 0,
      script.plan.small_batches ? 1 : 0);
}

std::string text_of(const Script& script) {
  std::string text = head_of(script) + "\n";
  for (const TimedStep& timed : script.steps) text += text_of(timed) + "\n";
  return text;
}

Result<Script, Failure> script_from(std::string_view text) {
  Script script;
  bool has_head = false;
  int number = 0;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::vector<std::string> words = words_of(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    TimedStep timed;
    const bool is_step = std::exchange(has_head, true);
    if (is_step ? !read_step(words, timed) : !read_head(words, script))
      return Error{Failure{fmt::format("line {} is not one of a script: {}", number, line)}};
    if (is_step) script.steps.push_back(std::move(timed));
  }
  if (!has_head) return Error{Failure{"no line says what cluster the script is of"}};
  return script;
}

}  // namespace klamm::sim::cluster
