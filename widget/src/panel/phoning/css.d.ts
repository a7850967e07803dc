declare module "*call.css" {
  const text: string;
  export default text;
}
