package dev.alwayson.node.admin;

/**
 * Why a request is not answered as asked: what, why, and what to do next.
 *
 * @param status the HTTP status, 400 to 599
 */
record Refusal(int status, String what, String why, String next) {}
