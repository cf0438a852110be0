#include "broker/config/build.h"

namespace klamm::broker {

void build_declared(const Settings& settings, DeclaredConfig& declared) {
  declared.directory = settings.text("klamm.declared.dir");
  declared.secrets = settings.text("klamm.declared.secrets.dir");
  declared.corrects_drift = settings.text("klamm.declared.drift") == "correct";
  declared.interval_ms = settings.number("klamm.declared.interval.ms");
}

}  // namespace klamm::broker
