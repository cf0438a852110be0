#include "tests/sim/sim_disk.h"

#include "base/check.h"
#include "tests/sim/sim_disk_machine.h"
#include "tests/sim/sim_file.h"

namespace klamm::sim {

using storage::disk_error;
using storage::DiskError;
using storage::DiskResult;
using storage::OpenMode;

namespace {

using Machine = SimDisk::Machine;

class SimLock final : public storage::DirectoryLock {
 public:
  SimLock(std::shared_ptr<Machine> machine, std::string path)
      : machine_(std::move(machine)), path_(std::move(path)), generation_(machine_->generation) {}
  ~SimLock() override {
    if (generation_ == machine_->generation) machine_->locked.erase(path_);
  }

 private:
  std::shared_ptr<Machine> machine_;
  std::string path_;
  uint64_t generation_;
};

std::string name_of(const std::string& path) {
  auto parts = split_path(path);
  return parts.empty() ? std::string() : parts.back();
}

NodePointer parent_node(const Machine& machine, const std::string& path) {
  NodePointer parent = find_node(machine.root, storage::parent_of(path));
  return parent != nullptr && parent->is_directory ? parent : nullptr;
}

// Why there is nothing under this path: ENOTDIR where something on the way is a file.
int missing_code(const Machine& machine, const std::string& path) {
  NodePointer node = machine.root;
  for (const std::string& part : split_path(path)) {
    if (!node->is_directory) return ENOTDIR;
    node = node->find(part);
    if (node == nullptr) break;
  }
  return ENOENT;
}

// There must be one.
FileImage& file_of(const Machine& machine, const std::string& path) {
  const NodePointer node = find_node(machine.root, path);
  CHECK(node != nullptr && !node->is_directory);
  return node->file;
}

void list_files(const Node& node, const std::string& path, std::map<std::string, Bytes>& found) {
  if (!node.is_directory) found[path] = node.file.cached();
  for (const auto& [name, child] : node.names) list_files(*child, path + "/" + name, found);
}

void list_unsynced(const Node& node, const std::string& path, std::vector<std::string>& found) {
  if (!node.is_directory && node.file.has_unsynced()) found.push_back(path);
  if (!node.is_directory) return;
  if (!node.pending.empty()) found.push_back(path + "/");
  for (const auto& [name, child] : node.names) list_unsynced(*child, path + "/" + name, found);
}

DiskResult<> remove_node(Machine& machine, const NodePointer& parent, const std::string& path) {
  auto verdict = machine.begin_step(DiskOperation::kRemove, path);
  if (verdict.error) return Error{*verdict.error};
  if (verdict.goes_on()) parent->change({{{name_of(path), nullptr}}});
  return {};
}

DiskResult<> remove_tree(Machine& machine, const NodePointer& parent, const std::string& path) {
  NodePointer node = parent->find(name_of(path));
  Names children = node->names;
  for (const auto& [name, child] : children) {
    if (auto done = remove_tree(machine, node, path + "/" + name); !done) return done;
  }
  return remove_node(machine, parent, path);
}

}  // namespace

SimDisk::SimDisk() : machine_(std::make_shared<Machine>()) {}
SimDisk::SimDisk(std::shared_ptr<Machine> machine) : machine_(std::move(machine)) {}
SimDisk::~SimDisk() = default;

DiskResult<std::unique_ptr<storage::File>> SimDisk::open(const std::string& path, OpenMode mode) {
  NodePointer node = find_node(machine_->root, path);
  const bool may_create = mode == OpenMode::kCreate || mode == OpenMode::kCreateSecret;
  bool creates = node == nullptr && may_create;
  auto verdict = creates ? machine_->begin_step(DiskOperation::kCreate, path)
                         : machine_->begin(DiskOperation::kOpen, path);
  if (verdict.error) return Error{*verdict.error};
  if (node != nullptr && node->is_directory) return Error{disk_error(EISDIR, "open", path)};
  if (creates) {
    NodePointer parent = parent_node(*machine_, path);
    if (parent == nullptr) return Error{disk_error(missing_code(*machine_, path), "create", path)};
    node = std::make_shared<Node>();
    parent->change({{{name_of(path), node}}});
  }
  if (node == nullptr) return Error{disk_error(missing_code(*machine_, path), "open", path)};
  return open_sim_file(machine_, node, path, mode != OpenMode::kRead);
}

bool SimDisk::exists(const std::string& path) {
  return !machine_->power_off && find_node(machine_->root, path) != nullptr;
}

DiskResult<> SimDisk::rename(const std::string& from, const std::string& to) {
  std::string both = from + " to " + to;
  auto verdict = machine_->begin_step(DiskOperation::kRename, both);
  if (verdict.error) return Error{*verdict.error};
  if (verdict.lie) return {};
  NodePointer parent = parent_node(*machine_, from);
  NodePointer node = find_node(machine_->root, from);
  NodePointer target_parent = parent_node(*machine_, to);
  if (node == nullptr || parent == nullptr || target_parent == nullptr) {
    return Error{disk_error(ENOENT, "rename", both)};
  }
  if (parent != target_parent) return Error{disk_error(EXDEV, "rename", both)};
  NodePointer target = parent->find(name_of(to));
  if (target == node) return {};
  if (target != nullptr && target->is_directory != node->is_directory) {
    return Error{disk_error(node->is_directory ? ENOTDIR : EISDIR, "rename", both)};
  }
  if (target != nullptr && !target->names.empty()) return Error{disk_error(ENOTEMPTY, "rename", both)};
  parent->change({{{name_of(from), nullptr}, {name_of(to), node}}});
  return {};
}

DiskResult<> SimDisk::remove(const std::string& path) {
  NodePointer parent = parent_node(*machine_, path);
  NodePointer node = find_node(machine_->root, path);
  if (parent == nullptr || node == nullptr) {
    if (machine_->power_off) return Error{disk_error(EIO, "remove", path)};
    return Error{disk_error(missing_code(*machine_, path), "remove", path)};
  }
  if (!node->names.empty()) return Error{disk_error(ENOTEMPTY, "remove", path)};
  return remove_node(*machine_, parent, path);
}

DiskResult<> SimDisk::remove_all(const std::string& path) {
  NodePointer parent = parent_node(*machine_, path);
  if (parent == nullptr || find_node(machine_->root, path) == nullptr) {
    if (machine_->power_off) return Error{disk_error(EIO, "remove", path)};
    return {};
  }
  return remove_tree(*machine_, parent, path);
}

// Modes are not simulated.
DiskResult<> SimDisk::make_read_only(const std::string& path) {
  if (!exists(path)) return Error{disk_error(ENOENT, "make read-only", path)};
  return {};
}

DiskResult<std::vector<std::string>> SimDisk::list(const std::string& directory) {
  auto verdict = machine_->begin(DiskOperation::kList, directory);
  if (verdict.error) return Error{*verdict.error};
  NodePointer node = find_node(machine_->root, directory);
  if (node == nullptr) return Error{disk_error(missing_code(*machine_, directory), "list", directory)};
  if (!node->is_directory) return Error{disk_error(ENOTDIR, "list", directory)};
  std::vector<std::string> names;
  for (const auto& [name, child] : node->names) names.push_back(name);
  return names;
}

DiskResult<> SimDisk::make_directories(const std::string& path) {
  NodePointer node = machine_->root;
  for (const std::string& part : split_path(path)) {
    NodePointer child = node->find(part);
    if (child == nullptr) {
      auto verdict = machine_->begin_step(DiskOperation::kMakeDirectory, path);
      if (verdict.error) return Error{*verdict.error};
      child = make_directory_node();
      node->change({{{part, child}}});
    }
    if (!child->is_directory) return Error{disk_error(ENOTDIR, "make directory", path)};
    node = child;
  }
  if (machine_->power_off) return Error{disk_error(EIO, "make directory", path)};
  return {};
}

DiskResult<> SimDisk::sync_directory(const std::string& path) {
  auto verdict = machine_->begin_step(DiskOperation::kSyncDirectory, path);
  if (verdict.error) return Error{*verdict.error};
  NodePointer node = find_node(machine_->root, path);
  if (node == nullptr) return Error{disk_error(missing_code(*machine_, path), "open directory", path)};
  if (!node->is_directory) return Error{disk_error(ENOTDIR, "open directory", path)};
  if (verdict.lie) return {};
  ++machine_->counters.syncs;
  machine_->sync_calls.push_back(path + "/");
  node->sync_names();
  return {};
}

DiskResult<std::unique_ptr<storage::DirectoryLock>> SimDisk::lock(const std::string& path) {
  auto verdict = machine_->begin(DiskOperation::kLock, path);
  if (verdict.error) return Error{*verdict.error};
  auto file = open(path, OpenMode::kCreate);
  if (!file) return Error{file.error()};
  if (!machine_->locked.insert(path).second) return Error{disk_error(EWOULDBLOCK, "lock", path)};
  return std::unique_ptr<storage::DirectoryLock>(std::make_unique<SimLock>(machine_, path));
}

DiskResult<storage::DiskSpace> SimDisk::space(const std::string& path) {
  if (machine_->power_off) return Error{disk_error(EIO, "examine the file system of", path)};
  if (find_node(machine_->root, path) == nullptr) {
    return Error{disk_error(ENOENT, "examine the file system of", path)};
  }
  return storage::DiskSpace{machine_->capacity, machine_->bytes_free()};
}

void SimDisk::crash(Random& random) {
  machine_->root = machine_->cut(random);
  machine_->restart();
}

std::unique_ptr<SimDisk> SimDisk::crash_image(Random& random) const {
  auto machine = std::make_shared<Machine>();
  machine->root = machine_->cut(random);
  machine->odds = machine_->odds;
  machine->capacity = machine_->capacity;
  return std::unique_ptr<SimDisk>(new SimDisk(std::move(machine)));
}

void SimDisk::kill_process() { machine_->restart(); }
void SimDisk::set_odds(const CrashOdds& odds) { machine_->odds = odds; }
void SimDisk::cut_after_steps(uint64_t steps) { machine_->steps_left = steps; }
void SimDisk::cut_after_bytes(uint64_t bytes) { machine_->bytes_left = bytes; }
bool SimDisk::power_is_off() const { return machine_->power_off; }
void SimDisk::on_step(std::function<void()> hook) { machine_->hook = std::move(hook); }
void SimDisk::inject(DiskFault fault) { machine_->faults.push_back(std::move(fault)); }
void SimDisk::clear_faults() { machine_->faults.clear(); }
void SimDisk::set_capacity(uint64_t bytes) { machine_->capacity = bytes; }
const DiskCounters& SimDisk::counters() const { return machine_->counters; }
const std::vector<std::string>& SimDisk::sync_calls() const { return machine_->sync_calls; }
size_t SimDisk::open_files() const { return machine_->open_files; }

void SimDisk::plant(const std::string& path, ByteView content) {
  NodePointer node = machine_->root;
  auto parts = split_path(path);
  CHECK(!parts.empty());
  for (size_t i = 0; i < parts.size(); ++i) {
    NodePointer child = node->find(parts[i]);
    if (child == nullptr) {
      child = std::make_shared<Node>();
      child->is_directory = i + 1 < parts.size();
      node->names[parts[i]] = node->durable_names[parts[i]] = child;
    }
    node = child;
  }
  CHECK(!node->is_directory);
  node->file = FileImage(Bytes(content.begin(), content.end()));
}

Bytes SimDisk::content(const std::string& path) const { return file_of(*machine_, path).cached(); }
std::string SimDisk::text(const std::string& path) const { return std::string(as_text(content(path))); }
Bytes SimDisk::platter(const std::string& path) const { return file_of(*machine_, path).durable(); }

void SimDisk::flip_bit(const std::string& path, uint64_t position, unsigned bit) {
  file_of(*machine_, path).flip_bit(position, bit);
}

std::vector<uint64_t> SimDisk::unsynced_sectors(const std::string& path) const {
  return file_of(*machine_, path).unsynced_sectors();
}

bool SimDisk::lose_write(const std::string& path, uint64_t sector) {
  return file_of(*machine_, path).lose_write(sector);
}

bool SimDisk::misdirect_write(const std::string& path, uint64_t sector, uint64_t elsewhere) {
  return file_of(*machine_, path).misdirect_write(sector, elsewhere);
}

std::map<std::string, Bytes> SimDisk::copy_of(const std::string& directory) const {
  std::map<std::string, Bytes> files;
  if (const NodePointer node = find_node(machine_->root, directory)) list_files(*node, directory, files);
  return files;
}

std::vector<std::string> SimDisk::unsynced() const {
  std::vector<std::string> found;
  list_unsynced(*machine_->root, "", found);
  return found;
}

}  // namespace klamm::sim
