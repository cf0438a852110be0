// What a Host is while no process runs on it: its settings, its disks, and where it is reached.
#include <sstream>

#include "base/check.h"
#include "broker/config/load.h"
#include "broker/storage_tool/tool.h"
#include "tests/sim/cluster/host.h"

namespace klamm::sim::cluster {
namespace {

constexpr std::string_view kClusterId = "4L6g3nShT-eMCtK--X86sw";
constexpr std::string_view kSettingsFile = "/server.properties";
constexpr const char* kDirectories[] = {"/d", "/m"};

broker::ConfigSources sources_of(SimDisk& disk) {
  return {disk, [](const std::string&) { return std::nullopt; }, "localhost"};
}

}  // namespace

// ---- Settings

void Host::write_settings() {
  std::string listeners, roles;
  if (plan_.is_broker) {
    roles = "broker";
    listeners = fmt::format("PLAINTEXT://127.0.0.1:{}", broker_port());
  }
  if (plan_.is_controller) {
    roles += roles.empty() ? "controller" : ",controller";
    listeners += fmt::format("{}CONTROLLER://127.0.0.1:{}", listeners.empty() ? "" : ",", controller_port());
  }
  // Of two lines for one key the second counts.
  disk_.plant(std::string(kSettingsFile),
              fmt::format("process.roles={}\nnode.id={}\ncontroller.listener.names=CONTROLLER\n"
                          "listeners={}\nlog.dirs=/d\nmetadata.log.dir={}\n{}{}",
                          roles, plan_.id, listeners, metadata_directory(), plan_.settings, told_));
}

void Host::read_settings() {
  auto loaded = broker::load_node_config(std::string(kSettingsFile), {}, sources_of(disk_));
  if (!loaded) return world_.fail("settings: " + loaded.error().message);
  config_ = std::make_unique<broker::NodeConfig>(std::move(loaded->config));
}

void Host::configure(std::string settings) {
  CHECK(!runs());
  told_ = std::move(settings);
  write_settings();
  read_settings();
}

void Host::move(int32_t place) {
  CHECK(!runs());
  // Who knocks at the old one is refused, as by a machine on which nobody listens.
  network_.set_power(place_, true);
  place_ = place;
  network_.set_power(place_, has_power_);
  write_settings();
  read_settings();
}

// ---- Disks

void Host::format() {
  read_settings();
  if (world_.failure()) return;
  const broker::ConfigSources sources = sources_of(disk_);
  std::ostringstream out, errors;
  const std::vector<std::string_view> args = {"format", "-t", kClusterId, "-c", kSettingsFile};
  if (broker::run_storage_tool(args, sources, random_, machine_.clock, out, errors) != 0)
    return world_.fail("format: " + errors.str());
  if (plan_.has_two_disks) data_.plant("/d/meta.properties", disk_.content("/d/meta.properties"));
}

void Host::empty(SimDisk& disk) {
  for (const char* directory : kDirectories) {
    if (disk.exists(directory)) (void)disk.remove_all(directory);
  }
  (void)disk.sync_directory("/");
}

void Host::wipe() {
  CHECK(!runs());
  for (SimDisk* disk : machine_.disks) empty(*disk);
  format();
}

std::vector<Host::DiskFiles> Host::copy_disks() const {
  std::vector<DiskFiles> copy;
  for (const SimDisk* disk : machine_.disks) {
    DiskFiles& files = copy.emplace_back();
    for (const char* directory : kDirectories) files.merge(disk->copy_of(directory));
  }
  return copy;
}

void Host::put_disk(size_t disk, const DiskFiles& files) {
  CHECK(!runs() && disk < machine_.disks.size());
  empty(*machine_.disks[disk]);
  for (const auto& [path, content] : files) machine_.disks[disk]->plant(path, content);
}

void Host::put_disks(const std::vector<DiskFiles>& files) {
  CHECK(files.size() == machine_.disks.size());
  for (size_t i = 0; i < files.size(); ++i) put_disk(i, files[i]);
}

}  // namespace klamm::sim::cluster
