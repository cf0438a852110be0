// Declarations: makes the cluster be as a directory of manifests declares it, and keeps it so. On the active
// controller, for one term, on the quorum loop.
//
// It looks at the directory every now and then, and when the metadata has changed; what it sees is compared
// with the metadata as a whole, whatever happened before (level-triggered), and what differs is asked for
// one step at a time. So it does not matter where another controller had come to, and when nothing differs
// no record is written.
//
// With klamm.declared.drift=report, what differs from an unchanged manifest is left, and told. A manifest
// that this controller has seen change is applied.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/config/loggers.h"
#include "broker/controller_host.h"
#include "broker/declared/comparison.h"
#include "broker/declared/published_status.h"
#include "broker/declared/reader.h"
#include "broker/declared/status.h"
#include "broker/loop.h"

namespace klamm::broker {

class Declarations {
 public:
  // At the earliest so long after a look the next one begins, however often the metadata changes.
  static constexpr int64_t kPauseMs = 1'000;
  // A manifest that takes more steps than this is asked for the rest at the next look.
  static constexpr int kStepsMax = 8;
  // So many manifests are compared before others have their turn.
  static constexpr size_t kComparedMax = 100;

  struct Uses {
    Loop& loop;
    Workers& workers;  // the directory is read there
    storage::Disk& disk;
    Random& random;  // for workers, too
    const Clock& clock;
    ControllerHost& host;  // active for as long as this lives
    const NodeConfig& config;
    BrokerLoggers& loggers;
    PublishedDeclared& published;
  };

  explicit Declarations(const Uses& uses);
  ~Declarations();
  Declarations(const Declarations&) = delete;
  Declarations& operator=(const Declarations&) = delete;

  // The node acts on another image.
  void on_metadata(const ClusterImage& image);

 private:
  using State = DeclaredObjectStatus::State;
  // What is remembered of an object from look to look.
  struct Memory {
    std::string generation;  // in which it was first seen, or last found to be as it is declared
    DeclaredObjectStatus status;
  };

  void look_in(int64_t delay_ms);
  void look();
  void on_read(Declared declared);
  void go_on();
  bool may_act(const Manifest& manifest, const Comparison& found) const;
  bool ask(const Manifest& manifest, const DeclaredStep& step);
  void on_answer(ErrorCode code);
  void settle(const Manifest& manifest, const Comparison& found);
  void remember(const std::string& key, DeclaredObjectStatus status);
  void end_look();
  void tell_problem();
  std::string principal_of(const Manifest& manifest) const;

  const Uses uses_;
  const DeclaredConfig& config_;
  const std::shared_ptr<DeclaredReader> reader_;
  // What comes back after this has gone is told so.
  const std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);

  TimerId timer_ = TimerId::kNone;
  int64_t due_ms_ = 0;      // of the timer
  int64_t ended_ms_ = 0;    // when the last look ended
  bool is_looking_ = false;
  bool is_dirty_ = true;    // something has changed since the last look began, or has to be looked at again
  ClusterImage seen_;       // by on_metadata()

  // While it looks.
  Declared declared_;
  std::vector<std::string> keys_;  // of its manifests
  AclsByPrincipal acls_;
  size_t at_ = 0;      // the manifest that is compared
  int steps_ = 0;      // that were taken for it
  std::string error_;  // what the controller said of the last one, if it refused it
  std::map<std::string, Memory> memories_;  // by kind and name; after a look of those that are declared
  std::map<std::string, Memory> before_;    // as of the last look
  std::string told_problem_;  // of the directory, by the log
  uint64_t changes_ = 0;
};

}  // namespace klamm::broker
