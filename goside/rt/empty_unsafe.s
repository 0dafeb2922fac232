// This file lets host_unsafe.go declare a function without a body.
