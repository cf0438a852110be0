#include "broker/declarations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "broker/declared_requests.h"

namespace klamm::broker {
namespace {

// By which something is remembered: several of one name, as in several namespaces, are numbered.
std::string take_key(std::string_view kind, std::string_view name, std::map<std::string, int>& taken) {
  std::string key = fmt::format("{}/{}", kind, name);
  const int count = ++taken[key];
  return count == 1 ? key : fmt::format("{}\n{}", key, count);
}

bool is_same(const ClusterImage& a, const ClusterImage& b) {
  return a.topics().by_id().same_as(b.topics().by_id()) &&
         a.configs().resources().same_as(b.configs().resources()) &&
         a.acls().by_id().same_as(b.acls().by_id()) &&
         a.scram().credentials().same_as(b.scram().credentials());
}

DeclaredObjectStatus status_of(const ManifestProblem& problem) {
  DeclaredObjectStatus status;
  status.kind = problem.kind;
  status.name = problem.name;
  status.file = problem.file;
  status.state = DeclaredObjectStatus::State::kInvalid;
  status.messages = {problem.message};
  return status;
}

}  // namespace

Declarations::Declarations(const Uses& uses)
    : uses_(uses),
      config_(uses.config.declared),
      reader_(std::make_shared<DeclaredReader>(uses.disk, uses.random, uses.config.declared)) {
  look_in(0);
}

Declarations::~Declarations() {
  *lives_ = false;
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
  uses_.published.publish(nullptr);
}

// ---- When to look

void Declarations::look_in(int64_t delay_ms) {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
  due_ms_ = uses_.loop.now_ms() + delay_ms;
  timer_ = uses_.loop.call_at(due_ms_, [this] {
    timer_ = TimerId::kNone;
    look();
  });
}

void Declarations::on_metadata(const ClusterImage& image) {
  const bool is_news = !is_same(image, seen_);
  seen_ = image;
  if (!is_news) return;
  is_dirty_ = true;
  const int64_t earliest_ms = std::max(ended_ms_ + kPauseMs, uses_.loop.now_ms());
  if (!is_looking_ && due_ms_ > earliest_ms) look_in(earliest_ms - uses_.loop.now_ms());
}

void Declarations::look() {
  is_looking_ = true;
  is_dirty_ = false;
  uses_.workers.run([this, lives = lives_, reader = reader_, &loop = uses_.loop,
                     image = ClusterImage(uses_.host.pending())] {
    auto declared = std::make_shared<Declared>(reader->read(image));
    loop.post([this, lives, declared] {
      if (*lives) on_read(std::move(*declared));
    });
  });
}

void Declarations::on_read(Declared declared) {
  declared_ = std::move(declared);
  at_ = 0;
  steps_ = 0;
  error_.clear();
  if (!declared_.problem.empty()) return end_look();
  before_ = std::exchange(memories_, {});
  keys_.clear();
  std::map<std::string, int> taken;
  for (const Manifest& manifest : declared_.manifests.objects)
    keys_.push_back(take_key(manifest.kind(), manifest.name, taken));
  for (const ManifestProblem& problem : declared_.manifests.problems) {
    const std::string& name = problem.name.empty() ? problem.file : problem.name;
    remember(take_key(problem.kind, name, taken), status_of(problem));
  }
  go_on();
}

// ---- One look

void Declarations::go_on() {
  const std::vector<Manifest>& objects = declared_.manifests.objects;
  for (size_t compared = 0; at_ < objects.size(); ++compared) {
    if (compared == kComparedMax) {
      return uses_.loop.post([this, lives = lives_] {
        if (*lives) go_on();
      });
    }
    const Manifest& manifest = objects[at_];
    const Comparison found =
        compare(uses_.host.pending(), manifest, principal_of(manifest), declared_.passwords, acls_);
    if (may_act(manifest, found) && ask(manifest, found.steps.front())) return;
    settle(manifest, found);
    ++at_;
    steps_ = 0;
    error_.clear();
  }
  end_look();
}

bool Declarations::may_act(const Manifest& manifest, const Comparison& found) const {
  if (found.steps.empty() || !error_.empty() || steps_ >= kStepsMax) return false;
  if (config_.corrects_drift || found.is_missing || manifest.is_to_go || steps_ > 0) return true;
  const auto before = before_.find(keys_[at_]);
  return before != before_.end() && before->second.generation != manifest.generation;
}

// Whether the answer is to be waited for.
bool Declarations::ask(const Manifest& manifest, const DeclaredStep& step) {
  const AlteringNode node{uses_.config, uses_.loggers, {}};
  DecidedStep decided =
      decide_step(uses_.host.view(), step, node, uses_.config.security.authorizer.enabled);
  if (!decided.refusal.empty()) {
    error_ = fmt::format("cannot {}: {}", describe(step), decided.refusal);
    return false;
  }
  // It would be asked again and again.
  if (decided.decision.records.empty()) {
    error_ = fmt::format("cannot {}: the controller finds nothing to change", describe(step));
    return false;
  }
  LOG_INFO("[QuorumController id={}] as {} declares: {}", uses_.config.id.value, manifest.file,
           describe(step));
  ++steps_;
  ++changes_;
  uses_.host.perform(std::move(decided.decision), [this, lives = lives_](ErrorCode code) {
    if (!*lives) return;
    uses_.loop.post([this, lives, code] {
      if (*lives) on_answer(code);
    });
  });
  return true;
}

void Declarations::on_answer(ErrorCode code) {
  if (code != ErrorCode::kNone)
    error_ = fmt::format("the change did not come to be: {}", protocol::name_of(code));
  go_on();
}

void Declarations::settle(const Manifest& manifest, const Comparison& found) {
  DeclaredObjectStatus status;
  status.kind = manifest.kind();
  status.name = manifest.name;
  status.file = manifest.file;
  status.generation = manifest.generation;
  status.notes = manifest.notes;
  status.messages = found.impossible;
  if (!error_.empty()) {
    status.state = State::kFailed;
    status.messages.insert(status.messages.begin(), error_);
    status.last_error = error_;
  } else if (!found.steps.empty()) {
    const bool is_left = !may_act(manifest, found) && steps_ == 0;
    status.state = is_left ? State::kDrifted : State::kPending;
    for (const DeclaredStep& step : found.steps) status.messages.push_back("left undone: " + describe(step));
    is_dirty_ |= !is_left;
  } else if (!found.impossible.empty()) {
    status.state = State::kImpossible;
  } else {
    status.state = found.is_waiting ? State::kPending : State::kEqual;
    is_dirty_ |= found.is_waiting;
  }
  remember(keys_[at_], std::move(status));
}

// The log says what an object has become, when that is something else than before.
void Declarations::remember(const std::string& key, DeclaredObjectStatus status) {
  const auto before = before_.find(key);
  const bool is_new = before == before_.end();
  const bool is_same_state = !is_new && before->second.status.state == status.state &&
                             before->second.status.messages == status.messages;
  status.since_ms = is_same_state ? before->second.status.since_ms : uses_.clock.wall_ms();
  if (status.last_error.empty() && !is_new) status.last_error = before->second.status.last_error;
  if (!is_same_state && status.state == State::kEqual && !is_new) {
    LOG_INFO("{} {} is as {} declares it", status.kind, status.name, status.file);
  } else if (!is_same_state && status.state != State::kEqual && status.state != State::kPending) {
    LOG_WARN_LIMITED("{} {} of {}: {}", status.kind, status.name, status.file,
                     status.messages.empty() ? std::string(name_of(status.state)) : status.messages.front());
  }
  Memory memory{is_new ? status.generation : before->second.generation, std::move(status)};
  const State state = memory.status.state;
  if (state == State::kEqual || state == State::kImpossible) memory.generation = memory.status.generation;
  memories_[key] = std::move(memory);
}

void Declarations::end_look() {
  auto status = std::make_shared<DeclaredStatus>();
  status->problem = declared_.problem;
  for (const auto& [key, memory] : memories_) status->objects.push_back(memory.status);
  status->looked_ms = uses_.clock.wall_ms();
  status->changes = changes_;
  uses_.published.publish(std::move(status));
  tell_problem();
  is_looking_ = false;
  ended_ms_ = uses_.loop.now_ms();
  look_in(is_dirty_ ? kPauseMs : config_.interval_ms);
}

// Once, and not with every look.
void Declarations::tell_problem() {
  const std::string& problem = declared_.problem;
  if (problem == told_problem_) return;
  if (problem.empty()) {
    LOG_INFO("what is declared can be read again");
  } else {
    LOG_WARN("what is declared cannot be read, and nothing is done for it: {}", problem);
  }
  told_problem_ = problem;
}

std::string Declarations::principal_of(const Manifest& manifest) const {
  const auto* user = std::get_if<DeclaredUser>(&manifest.body);
  if (user == nullptr) return {};
  return broker::principal_of(*user, uses_.config.security.principal_mapping);
}

}  // namespace klamm::broker
