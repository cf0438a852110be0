// The memory that requests may hold, in parts that cannot starve one another. What is read from a
// connection is charged to its listener's part for as long as the frame lives. When a part is spent, the
// loops stop reading the sockets of that part, and nothing else.
//
// A part is "shut" from the moment its limit is reached until an eighth of it is free again: whoever was
// refused meanwhile is told then. Charging itself never fails, since it is for bytes that have come: what
// goes beyond the limit is one step of a frame's growth for each loop.
//
// Could all memory of a shut part be held by frames that are still arriving, nobody would ever give any back.
// So while it is shut one connection at a time may go on beyond the limit: it has the part's one Overdraft,
// keeps it until the frame that it is reading has been read, handled and released, and then the next one in
// line gets it. A connection that has it and does not finish its frame in time must be closed (KAFKA-20302:
// and whatever happens to a connection, the destructors of Charge and Overdraft give back what it had).
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

namespace klamm::broker {

class MemoryPart {
 public:
  // Someone who wants to read and was refused. Told from any thread, without a lock held.
  class Waiter {
   public:
    virtual ~Waiter() = default;
    // Exactly one call for each refusal, unless the waiter dies first. It must lead to admit() or, if the
    // waiter has lost interest, to pass_on().
    virtual void on_memory() = 0;
    // Whom it is of. Those of one origin and those of another are told in turns, so that nobody waits behind
    // all that somebody else has sent.
    virtual uint64_t origin() const { return 0; }
  };

  // Bytes that are held. Gives them back when destroyed.
  class Charge {
   public:
    Charge() = default;
    explicit Charge(MemoryPart& part) : part_(&part) {}
    Charge(Charge&& other) noexcept
        : part_(std::exchange(other.part_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Charge& operator=(Charge&& other) noexcept;
    ~Charge() { set(0); }

    void set(uint64_t bytes);
    uint64_t bytes() const { return bytes_; }

   private:
    MemoryPart* part_ = nullptr;
    uint64_t bytes_ = 0;
  };

  // The permission to go beyond the limit; see above. Empty when default-made or moved from.
  class Overdraft {
   public:
    Overdraft() = default;
    Overdraft(Overdraft&& other) noexcept : part_(std::exchange(other.part_, nullptr)) {}
    Overdraft& operator=(Overdraft&& other) noexcept;
    ~Overdraft() { release(); }
    explicit operator bool() const { return part_ != nullptr; }
    void release();

   private:
    friend class MemoryPart;
    MemoryPart* part_ = nullptr;
  };

  explicit MemoryPart(uint64_t limit);
  MemoryPart(const MemoryPart&) = delete;

  bool is_shut() const { return shut_.load(); }
  // Whether `waiter` may read on: true, and then `overdraft` may have been filled in; or false, and the
  // waiter will be told when to ask again.
  bool admit(const std::shared_ptr<Waiter>& waiter, Overdraft& overdraft) ABSL_LOCKS_EXCLUDED(mutex_);
  // How many wait to be told, about.
  size_t waiting() const ABSL_LOCKS_EXCLUDED(mutex_);
  // A waiter that was told and does not want to read hands the chance to the next one.
  void pass_on() ABSL_LOCKS_EXCLUDED(mutex_);

  uint64_t used() const { return used_.load(); }
  uint64_t limit() const { return limit_; }

 private:
  void take(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void give_back(uint64_t bytes) ABSL_LOCKS_EXCLUDED(mutex_);
  void reconsider() ABSL_LOCKS_EXCLUDED(mutex_);
  void return_overdraft() ABSL_LOCKS_EXCLUDED(mutex_);

  const uint64_t limit_;
  const uint64_t reopen_below_;
  std::atomic<uint64_t> used_{0};
  // Written under mutex_, read anywhere.
  std::atomic<bool> shut_{false};

  mutable absl::Mutex mutex_;
  std::deque<std::weak_ptr<Waiter>> waiters_ ABSL_GUARDED_BY(mutex_);
  bool overdrawn_ ABSL_GUARDED_BY(mutex_) = false;
};

// The parts, by whom they serve.
struct MemoryLimits {
  uint64_t clients;
  uint64_t replication;  // the listener between brokers
  uint64_t control;      // the controllers' listener
  // Connections that have not said yet who they are, of whatever listener: little, and no part of the others,
  // so that who may not come in cannot spend the memory of those who may.
  uint64_t logins = 16 << 20;

  // Of the memory that the machine or the cgroup gives: a quarter for requests altogether, of which the
  // clients have three quarters and the next two an eighth each, at least 16 MiB.
  static MemoryLimits of_machine(uint64_t machine_bytes);
};

class MemoryBudget {
 public:
  explicit MemoryBudget(const MemoryLimits& limits)
      : clients_(limits.clients),
        replication_(limits.replication),
        control_(limits.control),
        logins_(limits.logins) {}

  MemoryPart& clients() { return clients_; }
  MemoryPart& replication() { return replication_; }
  MemoryPart& control() { return control_; }
  MemoryPart& logins() { return logins_; }

 private:
  MemoryPart clients_;
  MemoryPart replication_;
  MemoryPart control_;
  MemoryPart logins_;
};

// What this process may use: the least of the machine's memory and the limits of its cgroup.
uint64_t usable_memory();

}  // namespace klamm::broker
