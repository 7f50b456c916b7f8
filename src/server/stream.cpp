#include "stream.h"

namespace pm::server {

std::string_view type_of(api::StreamForm form) {
  switch (form) {
    case api::StreamForm::ndjson: return "application/x-ndjson";
    case api::StreamForm::sse: return "text/event-stream";
    case api::StreamForm::text: return "text/plain; charset=utf-8";
  }
  return "";
}

}  // namespace pm::server
