// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Messages
import RabbitMQ
import Reactor
import Testing
import Values

@testable import PartnerKit

@Suite("The worker on a real broker", .serialized, .timeLimit(.minutes(3)))
struct PartnerWorkerTests {
    private static let answered = MessageType(eventName: "afgerond")

    @Test("a question is taken, acknowledged and told before the desk has decided, and answered with its token")
    func answer() async throws {
        try await TestEngine.with { engine in
            let (decisions, decide) = AsyncStream<Decision>.makeStream()
            let desk = ScriptedDesk { _ in
                for await decision in decisions { return decision }
                return nil
            }
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(7, token: "1.abc")
                let taken = try await engine.next()
                #expect(taken.type == .taken)
                #expect(taken.statement.token == "1.abc")
                while try await engine.backlog() != (0, 0) { try await Task.sleep(for: .milliseconds(50)) }
                decide.yield(.answer(event: "afgerond", data: ["uitkomst": "VT-00"]))
                let answer = try await engine.next()
                #expect(answer.type == Self.answered)
                #expect(answer.routingKey == "\(engine.lane).tester.afgerond")
                #expect(answer.statement.assignment == Assignment.Reference(caseID: engine.caseID, number: 7))
                #expect(answer.statement.token == "1.abc")
                #expect(answer.statement.data == ["uitkomst": "VT-00"])
            }
        }
    }

    @Test("a desk that needs no time takes and answers in one message, also questions that travel as one")
    func atOnce() async throws {
        let desk = try AutoDesk(
            """
            { "rules": [
                { "task": "beoordeelVeiligheid", "when": { "/token": "3.abc" }, "refuse": "niet van ons" },
                { "task": "*", "answer": { "event": "afgerond", "data": { "uitkomst": "VT-00" } } } ] }
            """)
        try await TestEngine.with { engine in
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc")
                let answer = try await engine.next()
                #expect(answer.type == Self.answered)
                #expect(answer.statement.token == "1.abc")
                try await engine.handOutTogether([2, 3, 4])
                var said: [Int: [MessageType]] = [:]
                // The refused one is said to be taken first; what is said by several hands comes in any order.
                while said.values.reduce(0, { $0 + $1.count }) < 4 {
                    for message in try await engine.nextTogether() {
                        said[try #require(message.statement.assignment).number, default: []].append(message.type)
                    }
                }
                #expect(said == [2: [Self.answered], 3: [.taken, .refusal], 4: [Self.answered]])
                while try await engine.backlog() != (0, 0) { try await Task.sleep(for: .milliseconds(50)) }
            }
        }
    }

    @Test("while the desk works the lease is kept")
    func heartbeat() async throws {
        try await TestEngine.with { engine in
            try await engine.withWorker(
                desk: ScriptedDesk { _ in
                    try await Task.sleep(for: .seconds(600))
                    return nil
                }
            ) {
                try await engine.handOut(1, token: "1.abc", leaseSeconds: 1)
                #expect(try await engine.next().type == .taken)
                for _ in 0..<2 {
                    let beat = try await engine.next(heartbeats: true)
                    #expect(beat.type == .heartbeat)
                    #expect(beat.statement.token == "1.abc")
                }
            }
        }
    }

    @Test("a question that is given back or fails at the desk is not kept and not asked again by the worker", arguments: [true, false])
    func givenBack(fails: Bool) async throws {
        try await TestEngine.with { engine in
            let asked = Lock<[Int]>([])
            let desk = ScriptedDesk { assignment in
                asked.withLock { $0.append(assignment.reference.number) }
                guard assignment.reference.number == 1 else { return .answer(event: "afgerond", data: [:]) }
                if fails { throw DeskFailure("no") }
                return nil
            }
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc", leaseSeconds: 1)
                #expect(try await engine.next().type == .taken)
                // More than two heartbeats would fit in here.
                try await Task.sleep(for: .milliseconds(2_200))
                try await engine.handOut(2, token: "2.abc")
                #expect(try await engine.next(heartbeats: true).type == .taken)
                #expect(try await engine.next(heartbeats: true).type == Self.answered)
            }
            #expect(asked.withLock { $0 } == [1, 2])
        }
    }

    @Test("a refusal bears the token")
    func refusal() async throws {
        try await TestEngine.with { engine in
            try await engine.withWorker(desk: ScriptedDesk { _ in .refuse(ground: "niet van ons") }) {
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                let refusal = try await engine.next()
                #expect(refusal.type == .refusal)
                #expect(refusal.statement.token == "1.abc")
                #expect(refusal.statement.data == ["grond": "niet van ons"])
            }
        }
    }

    @Test("danger goes out at once on the acute lane, and then the question is answered")
    func danger() async throws {
        try await TestEngine.with { engine in
            let asked = Lock(0)
            let desk = ScriptedDesk { _ in
                let count = asked.withLock { count in
                    count += 1
                    return count
                }
                return count == 1 ? .danger(explanation: "nu niet veilig") : .answer(event: "afgerond", data: [:])
            }
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                let danger = try await engine.next()
                #expect(danger.routingKey == "acute.tester.acute-onveiligheid-gesignaleerd")
                #expect(danger.statement.assignment == nil)
                #expect(danger.statement.data == ["toelichting": "nu niet veilig"])
                #expect(try await engine.next().type == Self.answered)
            }
        }
    }

    @Test("a desk that only ever sees danger raises it once and is not asked for ever")
    func endlessDanger() async throws {
        try await TestEngine.with { engine in
            let asked = Lock(0)
            let desk = ScriptedDesk { assignment in
                guard assignment.reference.number == 1 else { return .answer(event: "afgerond", data: [:]) }
                asked.withLock { $0 += 1 }
                return .danger(explanation: "gevaar")
            }
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                #expect(try await engine.next().type.name == "acute-onveiligheid-gesignaleerd")
                while asked.withLock({ $0 }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
                try await engine.handOut(2, token: "2.abc")
                #expect(try await engine.next().type == .taken)
                #expect(try await engine.next().type == Self.answered)
            }
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test("a connection that breaks while the desk works costs no answer")
    func brokenConnection() async throws {
        try await TestEngine.with { engine in
            let (decisions, decide) = AsyncStream<Decision>.makeStream()
            let desk = ScriptedDesk { _ in
                for await decision in decisions { return decision }
                return nil
            }
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                let name = "ketenroute-partner tester \(engine.lane)"
                try await TestEngine.control(
                    "eval",
                    """
                    [(catch rabbit_networking:close_connection(P, "test")) || P <- rabbit_networking:connections(),
                       [{client_properties, C}] <- [(catch rabbit_networking:connection_info(P, [client_properties]))],
                       lists:member({<<"connection_name">>, longstr, <<"\(name)">>}, C)].
                    """)
                decide.yield(.answer(event: "afgerond", data: [:]))
                // It may be told twice that the question is taken, where the acknowledgement was lost.
                var message = try await engine.next()
                while message.type == .taken { message = try await engine.next() }
                #expect(message.type == Self.answered)
                #expect(message.statement.token == "1.abc")
            }
        }
    }

    @Test("a message that is none is thrown away, and the next is worked on")
    func nonsense() async throws {
        try await TestEngine.with { engine in
            try await engine.withWorker(desk: ScriptedDesk { _ in .answer(event: "afgerond", data: [:]) }) {
                let key = Addresses.toPartner(TestEngine.partner, lane: engine.lane)
                try await engine.publisher.publish(
                    RabbitPublication(RabbitMessage(body: Array("nonsense".utf8)), exchange: Addresses.toPartners, routingKey: key))
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                #expect(try await engine.next().type == Self.answered)
                while try await engine.backlog() != (0, 0) { try await Task.sleep(for: .milliseconds(50)) }
            }
        }
    }

    @Test("at shutdown the desk is let go of, its command ends, and what was not taken stays at the broker")
    func shutdown() async throws {
        try await TestEngine.with { engine in
            let file = FileManager.default.temporaryDirectory.appending(path: "desk-\(UUID().uuidString)")
            let desk = CommandDesk(command: "echo $$ >'\(file.path)'; sleep 600", logger: TestEngine.logger)
            try await engine.withWorker(desk: desk) {
                try await engine.handOut(1, token: "1.abc")
                #expect(try await engine.next().type == .taken)
                while (try? Data(contentsOf: file))?.isEmpty ?? true { try await Task.sleep(for: .milliseconds(5)) }
            }
            let process = try #require(
                pid_t(try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(process, 0) == -1 && errno == ESRCH)
            try FileManager.default.removeItem(at: file)
            try await engine.handOut(2, token: "2.abc")
            while try await engine.backlog() != (1, 0) { try await Task.sleep(for: .milliseconds(50)) }
        }
    }

    @Test("after a worker was killed another gets what it had not taken, and what it had when it is handed out again")
    func killed() async throws {
        try await TestEngine.with(lane: "routine") { engine in
            try await TestEngine.control(
                "purge_queue", "--vhost", "ketenroute-test", Addresses.partnerQueue(TestEngine.partner, lane: "routine"))
            let worker = try startWorker()
            defer { worker.terminate() }
            try await engine.handOut(1, token: "1.first")
            #expect(try await engine.next().type == .taken)
            while try await engine.backlog() != (0, 0) { try await Task.sleep(for: .milliseconds(50)) }
            // What is delivered now it will never take.
            #expect(kill(worker.processIdentifier, SIGSTOP) == 0)
            for number in 2...3 { try await engine.handOut(number, token: "\(number).first") }
            while try await engine.backlog() != (0, 2) { try await Task.sleep(for: .milliseconds(50)) }
            #expect(kill(worker.processIdentifier, SIGKILL) == 0)

            let answers = ScriptedDesk { _ in .answer(event: "afgerond", data: [:]) }
            try await engine.withWorker(desk: answers) {
                var tokens: Set<String> = []
                while tokens.count < 2 {
                    let message = try await engine.next()
                    if message.type == Self.answered { tokens.insert(message.statement.token ?? "") }
                }
                #expect(tokens == ["2.first", "3.first"])
                try await engine.handOut(1, token: "1.second")
                #expect(try await engine.next().type == .taken)
                #expect(try await engine.next().statement.token == "1.second")
            }
        }
    }

    /// The program itself, with a desk that never decides.
    private func startWorker() throws -> Process {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let worker = Process()
        worker.executableURL = root.appending(path: ".build/debug/ketenroute-partner")
        worker.arguments = ["--partner", TestEngine.partner, "--oin", "00000099000000001000", "--desk", "exec:exec sleep 20"]
        var environment = ProcessInfo.processInfo.environment
        environment["KETENROUTE_PARTNER_TESTER_BROKER_URL"] = try TestEngine.variable("KETENROUTE_BROKER_URL")
        worker.environment = environment
        worker.standardError = FileHandle.nullDevice
        try worker.run()
        return worker
    }
}
