// What is found wrong, or worth a line, while the parts of a configuration that several keys make are put
// together. Listeners share keys, so that the same may be found again: it is told once.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "broker/config/load.h"

namespace klamm::broker {

struct Findings {
  std::vector<std::string> problems;  // each ends the start
  std::vector<Notice> notices;

  void refuse(std::string text) {
    if (std::find(problems.begin(), problems.end(), text) == problems.end()) {
      problems.push_back(std::move(text));
    }
  }
  void warn(std::string text) {
    auto same = [&](const Notice& notice) { return notice.text == text; };
    if (std::none_of(notices.begin(), notices.end(), same)) {
      notices.push_back({LogLevel::kWarn, std::move(text)});
    }
  }
};

}  // namespace klamm::broker
