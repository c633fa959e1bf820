/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.differential;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One end of a conversation by UDP, run in a network namespace as a process of its own. */
final class UdpPeer {
    private static final int PORT = 7;
    private static final int PATIENCE_MILLISECONDS = 5_000;

    private UdpPeer() {}

    /** The command that starts an end which sends everything back, and says so first: {@code ready}. */
    static String[] echo(String address) {
        return command("echo", address, "0");
    }

    /** The command that starts an end which sends some datagrams and prints each answer. */
    static String[] ask(String address, int datagrams) {
        return command("ask", address, "" + datagrams);
    }

    private static String[] command(String what, String address, String datagrams) {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            UdpPeer.class.getName(),
            what,
            address,
            datagrams
        };
    }

    public static void main(String[] args) throws IOException {
        InetAddress address = InetAddress.getByName(args[1]);
        if (args[0].equals("echo")) {
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, PORT))) {
                System.out.println("ready");
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                while (true) {
                    packet.setLength(2048);
                    socket.receive(packet);
                    socket.send(packet);
                }
            }
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLISECONDS);
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                byte[] question = ("datagram " + i).getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(question, question.length, address, PORT));
                DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
                socket.receive(answer);
                System.out.println(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
            }
        }
    }
}
