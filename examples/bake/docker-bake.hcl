group "default" {
  targets = ["server", "worker"]
}

# Without tags a target is pushed to the input image and its own name: ghcr.io/org/shop/server.
target "server" {
  context = "server"
}

target "worker" {
  context = "worker"
}
