/* SPDX-License-Identifier: EUPL-1.2
 *
 * One question to one partner, from its first hand-out to its end: two engines, two workers of the partner, a sweep, a watch over
 * the lease, an operator. README.md says what is left out, and why.
 *
 * Whoever acts may die between any two of his effects, CRASHES times in all. Effects that nobody can see between the two (what is
 * with one consumer is with no other) are one atomic block here, which ends in each of the ways in which it may be cut off.
 */
#ifndef CRASHES
#define CRASHES 1
#endif
#define HANDOUTS 2             /* as many as the workflow allows */
#define WORKERS 2

/* What a worker says of a hand-out; its number is the identifier of the message. */
#define ANSWER(worker, token) ((worker) * HANDOUTS + (token) - 1)
#define ANSWERS (WORKERS * HANDOUTS)
#define REFUSAL(token) (ANSWERS + (token) - 1)
#define MESSAGES (ANSWERS + HANDOUTS)
#define TOKEN(message) ((message) % HANDOUTS + 1)
#define BIT(n) (1 << (n))

mtype = { open, answered, withdrawn };

/* PostgreSQL */
mtype status = open;
byte token = 1;                /* of the latest hand-out */
byte unsent = BIT(1);          /* outbox: hand-outs */
byte unsaid;                   /* outbox: what senders of answers that do not count have to be told */
byte inbox;                    /* messages that were dealt with */
bool incident;

/* RabbitMQ, as sets: what waits in a queue. What is with somebody comes back if he dies before he has acknowledged it. */
byte work;                     /* hand-outs on their way to the partner */
byte said;                     /* messages on their way to the engines */

/* For the properties alone. */
byte counted;                  /* answers that were applied */
byte refused;                  /* answers whose sender must hear that they do not count */
byte heard;                    /* ... and has heard it */

byte crashes;
#define mayDie (crashes < CRASHES)

/* The layers. Each can be taken away; check.bash says what then goes wrong. */
#ifdef NO_DEDUPE
#define isKnown false
#else
#define isKnown known
#endif
#ifdef NO_STATUS_CHECK
#define isOpen true
#else
#define isOpen (statusRead == open)
#endif
#ifdef NO_FENCING
#define isLatest true
#else
#define isLatest (TOKEN(message) == tokenRead)
#endif
#ifdef NO_LOCK
#define hasMoved false
#else
#define hasMoved (statusRead != status || tokenRead != token || known != ((inbox & BIT(message)) != 0))
#endif
#ifdef NO_INCIDENT
#define openIncident skip
#else
#define openIncident incident = true
#endif

inline readCase() { statusRead = status; tokenRead = token; known = (inbox & BIT(message)) != 0 }

/* Publishes a row of the outbox and forgets it; who dies on the way leaves the row to the sweep. */
inline send(row, number, arrived) {
    if
    :: arrived = arrived | BIT(number); row = row & ~BIT(number)
#ifdef DELETE_BEFORE_CONFIRM
    :: mayDie -> crashes++; row = row & ~BIT(number)
#else
    :: mayDie -> crashes++; arrived = arrived | BIT(number)
#endif
    :: mayDie -> crashes++
    fi
}

inline firstOf(set, number) { number = 0; do :: set & BIT(number) -> break :: else -> number++ od }

inline anyOf(set, number) {
    if
    :: set & BIT(0) -> number = 0 :: set & BIT(1) -> number = 1 :: set & BIT(2) -> number = 2
    :: set & BIT(3) -> number = 3 :: set & BIT(4) -> number = 4 :: set & BIT(5) -> number = 5
    fi
}

inline commit() {
    if
    :: isKnown
    :: !isKnown && isOpen && isLatest && message < ANSWERS ->
        assert(counted == 0);              /* no question is answered twice */
        assert(status == open);            /* nor after its end */
        assert(TOKEN(message) == token);   /* nor by somebody who has lost it to another */
        counted = counted | BIT(message);
        status = answered
    :: !isKnown && isOpen && isLatest && message >= ANSWERS -> openIncident
    :: !isKnown && !(isOpen && isLatest) && message < ANSWERS ->
        refused = refused | BIT(message);
        unsaid = unsaid | BIT(message)
    :: else
    fi;
    inbox = inbox | BIT(message);
    assert(!(counted & refused))           /* nobody hears no after yes */
}

active [2] proctype Engine() {
    byte message, tokenRead;
    mtype statusRead;
    bool known;
end:
    do
    :: atomic { said -> anyOf(said, message); said = said & ~BIT(message); readCase() }
        atomic {
            /* Nothing is written on a case that has moved since it was read; it is read again. */
            if :: hasMoved -> readCase() :: else fi;
            if
            :: commit(); if :: unsaid & BIT(message) -> send(unsaid, message, heard) :: else fi
#ifdef ACK_BEFORE_COMMIT
            :: mayDie -> crashes++
#else
            :: mayDie -> crashes++; said = said | BIT(message)             /* before the commit */
            :: mayDie -> crashes++; commit(); said = said | BIT(message)   /* between commit and acknowledgement */
#endif
            fi;
            message = 0; tokenRead = 0; statusRead = 0; known = false
        }
    od
}

/* Which of the partner's workers gets a hand-out is up to the broker. It is acknowledged when the worker has taken the question. */
proctype Worker(byte me) {
    byte mine;
end:
    do
    :: atomic { work -> anyOf(work, mine); work = work & ~BIT(mine) }
        atomic {
            if
            :: said = said | BIT(ANSWER(me, mine))
            :: said = said | BIT(REFUSAL(mine))
#ifndef LIVING_WORKERS
            :: mayDie -> crashes++                                                                  /* with the question in hand */
            :: mayDie -> crashes++; work = work | BIT(mine)                                         /* before it was taken */
            :: mayDie -> crashes++; work = work | BIT(mine); said = said | BIT(ANSWER(me, mine))   /* taken and answered, not acknowledged */
#endif
            fi;
            mine = 0
        }
    od
}

init { atomic { run Worker(0); run Worker(1) } }

/* A lease may be over at any moment: the worker's word that it is at work only puts that moment off. */
active proctype Lease() {
end:
    do
#ifndef NO_LEASE
    :: atomic { status == open && token < HANDOUTS -> token++; unsent = unsent | BIT(token); send(unsent, token, work) }
    :: atomic { status == open && token == HANDOUTS && !incident -> openIncident; break }
#else
    :: false
#endif
    od
}

/* Sends what a crash has left behind, and the first hand-out, which the door has only written down. */
active proctype Sweep() {
    byte number;
end:
    do
#ifdef NO_SWEEP
    :: atomic { unsent & BIT(1) -> send(unsent, 1, work); break }
#else
    :: atomic { unsent -> firstOf(unsent, number); send(unsent, number, work); number = 0 }
    :: atomic { unsaid -> firstOf(unsaid, number); send(unsaid, number, heard); number = 0 }
#endif
    od
}

/* What nobody else settles; he needs no token. */
active proctype Operator() {
end:
    do :: atomic { incident && status == open -> status = answered } od
}

/* The case may leave the state that asked, at any moment or never. */
active proctype Withdrawal() {
    if
    :: atomic { status == open -> status = withdrawn }
    :: skip
    fi
}

#ifdef WIPE
active proctype Wipe() { if :: atomic { work = 0; said = 0 } :: skip fi }
#endif

/* The question comes to its end. */
ltl ends { <> (status != open) }
/* Whoever sent an answer that does not count is told so. */
ltl told { [] ((refused & ~heard) -> <> !(refused & ~heard)) }
