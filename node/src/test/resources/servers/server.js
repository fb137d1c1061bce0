// Answers each request with what it was understood as: method, target, Host, and body in hexadecimal digits.
'use strict';

const [own, port] = '${address}'.split(':');

require('node:http')
  .createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('hex');
      const host = (request.headers.host || '-').toLowerCase();
      const words = [request.method, request.url, host, body || '-'];
      response.setHeader('Understood', words.join(' '));
      response.end();
    });
  })
  .listen(port, own);
