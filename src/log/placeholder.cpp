namespace pm::log {}
