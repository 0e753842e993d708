// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "uppzy-bench",
  platforms: [.macOS(.v13)],
  dependencies: [.package(path: "../../../../bindings-uniffi/swift")],
  targets: [
    .executableTarget(name: "Client", dependencies: [.product(name: "Uppzy", package: "swift")])
  ],
  swiftLanguageModes: [.v6]
)
