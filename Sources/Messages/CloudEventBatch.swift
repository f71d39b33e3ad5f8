// SPDX-License-Identifier: EUPL-1.2

public import Values

/// Several messages that travel as one, in the JSON batch format of CloudEvents 1.0: an array of envelopes, each of which counts for
/// itself. What a broker does costs by the message, so a busy sender sends fewer of them.
public enum CloudEventBatch {
    public static let contentType = "application/cloudevents-batch+json"
    /// A batch is a message too, and no larger than one may be.
    public static let bytesMax = MessageLimits.eventBytesMax

    /// Puts envelopes together, in order, as many in each batch as may be.
    ///
    /// - Parameters:
    ///   - events: encoded envelopes, each within the bound of a message.
    ///   - countMax: envelopes in one batch at most; 1 or more.
    /// - Returns: for each batch the places in `events` that are in it.
    public static func split(_ events: [[UInt8]], countMax: Int) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, event) in events.enumerated() {
            if index > start, index - start >= countMax || bytes + event.count + 2 > bytesMax {
                batches.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += event.count + 1
        }
        if start < events.count { batches.append(start..<events.count) }
        return batches
    }

    public static func encoded(_ events: some Collection<[UInt8]>) -> [UInt8] {
        var body: [UInt8] = [UInt8(ascii: "[")]
        for event in events {
            if body.count > 1 { body.append(UInt8(ascii: ",")) }
            body += event
        }
        body.append(UInt8(ascii: "]"))
        return body
    }

    /// The envelopes of a batch, unread, each with its own bytes: whoever sends one again alone sends the same.
    ///
    /// - Throws: ``Problem`` where the body is no array, holds nothing, or is too large.
    public static func elements(_ body: [UInt8]) throws(Problem) -> [(bytes: [UInt8], json: JSON)] {
        guard body.count <= bytesMax else { throw Problem(.tooLarge, "the message has \(body.count) bytes") }
        do {
            let elements = try JSON.parseElements(utf8: body)
            guard !elements.isEmpty else { throw Problem(.schema, "a batch holds at least one message") }
            return elements.map { (Array(body[$0.range]), $0.value) }
        } catch let error as JSONSyntaxError {
            throw Problem(.schema, "the message is no JSON array: \(error)")
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(.schema, "the message cannot be read")
        }
    }
}
