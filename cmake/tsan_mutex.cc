// In TSan builds only: tells TSan about absl's Mutex and Notification. Debian's absl is compiled without
// TSan, so that it neither sees their insides nor is told of them, and every guarded field would be reported
// as a race. The linker (--wrap, see CMakeLists.txt) puts these functions before absl's own.
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/time/time.h>
#include <sanitizer/tsan_interface.h>

namespace {

using absl::Condition;
using absl::Duration;
using absl::Mutex;
using absl::Notification;

constexpr unsigned kWrite = __tsan_mutex_not_static;
constexpr unsigned kRead = __tsan_mutex_not_static | __tsan_mutex_read_lock;

void before_lock(void* mutex, unsigned mode) { __tsan_mutex_pre_lock(mutex, mode); }
void after_lock(void* mutex, unsigned mode) { __tsan_mutex_post_lock(mutex, mode, 0); }
void before_unlock(void* mutex, unsigned mode) { __tsan_mutex_pre_unlock(mutex, mode); }
void after_unlock(void* mutex, unsigned mode) { __tsan_mutex_post_unlock(mutex, mode); }

}  // namespace

// NAME is the mangled name of absl's function.
#define REAL(NAME) __real_##NAME
#define WRAP(NAME) __wrap_##NAME

extern "C" {

#define LOCKING(NAME, MODE)        \
  void REAL(NAME)(Mutex * mutex);  \
  void WRAP(NAME)(Mutex * mutex) { \
    before_lock(mutex, MODE);      \
    REAL(NAME)(mutex);             \
    after_lock(mutex, MODE);       \
  }
#define UNLOCKING(NAME, MODE)      \
  void REAL(NAME)(Mutex * mutex);  \
  void WRAP(NAME)(Mutex * mutex) { \
    before_unlock(mutex, MODE);    \
    REAL(NAME)(mutex);             \
    after_unlock(mutex, MODE);     \
  }

LOCKING(_ZN4absl7debian35Mutex4LockEv, kWrite)
UNLOCKING(_ZN4absl7debian35Mutex6UnlockEv, kWrite)
LOCKING(_ZN4absl7debian35Mutex10ReaderLockEv, kRead)
UNLOCKING(_ZN4absl7debian35Mutex12ReaderUnlockEv, kRead)

void REAL(_ZN4absl7debian35MutexD1Ev)(Mutex* mutex);
void WRAP(_ZN4absl7debian35MutexD1Ev)(Mutex* mutex) {
  __tsan_mutex_destroy(mutex, kWrite);
  REAL(_ZN4absl7debian35MutexD1Ev)(mutex);
}

// Waiting lets go of the mutex and takes it again; conditions are looked at by whoever unlocks.
void REAL(_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE)(Mutex* mutex, const Condition& condition);
void WRAP(_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE)(Mutex* mutex, const Condition& condition) {
  before_unlock(mutex, kWrite);
  after_unlock(mutex, kWrite);
  before_lock(mutex, kWrite);
  REAL(_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE)(mutex, condition);
  after_lock(mutex, kWrite);
}

bool REAL(_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE)(
    Mutex* mutex, const Condition& condition, Duration timeout);
bool WRAP(_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE)(
    Mutex* mutex, const Condition& condition, Duration timeout) {
  before_unlock(mutex, kWrite);
  after_unlock(mutex, kWrite);
  before_lock(mutex, kWrite);
  bool held = REAL(_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE)(mutex, condition,
                                                                                             timeout);
  after_lock(mutex, kWrite);
  return held;
}

void REAL(_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE)(Mutex* mutex, const Condition& condition);
void WRAP(_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE)(Mutex* mutex, const Condition& condition) {
  before_lock(mutex, kWrite);
  REAL(_ZN4absl7debian35Mutex8LockWhenERKNS0_9ConditionE)(mutex, condition);
  after_lock(mutex, kWrite);
}

bool REAL(_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE)(
    Mutex* mutex, const Condition& condition, Duration timeout);
bool WRAP(_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE)(
    Mutex* mutex, const Condition& condition, Duration timeout) {
  before_lock(mutex, kWrite);
  bool held = REAL(_ZN4absl7debian35Mutex19LockWhenWithTimeoutERKNS0_9ConditionENS0_8DurationE)(
      mutex, condition, timeout);
  after_lock(mutex, kWrite);
  return held;
}

void REAL(_ZN4absl7debian312Notification6NotifyEv)(Notification* notification);
void WRAP(_ZN4absl7debian312Notification6NotifyEv)(Notification* notification) {
  __tsan_release(notification);
  REAL(_ZN4absl7debian312Notification6NotifyEv)(notification);
}

void REAL(_ZNK4absl7debian312Notification19WaitForNotificationEv)(const Notification* notification);
void WRAP(_ZNK4absl7debian312Notification19WaitForNotificationEv)(const Notification* notification) {
  REAL(_ZNK4absl7debian312Notification19WaitForNotificationEv)(notification);
  __tsan_acquire(const_cast<Notification*>(notification));
}

// What is not wrapped here would be reported wrongly rather than missed: wrap it when it is first used.

}  // extern "C"
